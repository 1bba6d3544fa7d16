/**
 * Whom a token is sent for, and the secret itself: `USER:TOKEN` where a forge wants a certain user, which most do not.
 */
export function loginOf(token: string): { readonly user: string; readonly secret: string } {
  const colon = token.indexOf(':');
  return colon === -1
    ? { user: USUAL_USER, secret: token }
    : { user: token.slice(0, colon), secret: token.slice(colon + 1) };
}

const USUAL_USER = 'x-access-token';
