import { oneLine } from '#visible';

const MOST_CHARACTERS = 500;

/** Is told of defects on one short line each: parts of what a caller sent stand in some of them. */
export function toldShort(tell: (error: Error) => void): (error: Error) => void {
  return (error) => {
    const said = oneLine(error.message.slice(0, MOST_CHARACTERS + 1));
    tell(new Error(said.length > MOST_CHARACTERS ? `${said.slice(0, MOST_CHARACTERS)}…` : said, { cause: error }));
  };
}
