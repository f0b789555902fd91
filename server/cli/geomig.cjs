#!/usr/bin/env node
/** `npx geomig …`: builds if need be (GEOMIG_BUILD names a bundle that is built already), then runs server/cli/cli.ts. */
require(require('node:path').join(process.env.GEOMIG_BUILD || require('../build.cjs').build(), 'cli.js')).main();
