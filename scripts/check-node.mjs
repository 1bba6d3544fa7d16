// Every npm script starts here: says what to do when the pinned Node is not the one that runs.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `routeros-gitops needs Node 24 or newer, this is ${process.versions.node}.\n` +
      'Run "npm ci" first: it brings the right Node into node_modules/.bin, which npm scripts use.\n' +
      'If "npm ci" ran without install scripts, run "npm rebuild node".',
  );
  process.exit(1);
}
