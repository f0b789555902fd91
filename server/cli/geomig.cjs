#!/usr/bin/env node
/** `npx geomig …`: builds if need be, then runs server/cli/cli.ts. */
require(require('node:path').join(require('../build.cjs').build(), 'cli.js')).main();
