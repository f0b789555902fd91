/** `npm start`: builds if need be, then runs server/main.ts. */
require(require('node:path').join(require('./build.cjs').build(), 'main.js'));
