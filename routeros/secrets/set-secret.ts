/** What stands in place of a secret of which nothing may be known but that it is set. */
export const SET_SECRET = '(set)';
