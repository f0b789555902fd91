/** Builds the bundle once, so that tests can start worker threads and the command line from it. */
module.exports = async () => {
  process.env.GEOMIG_BUILD = require('../../server/build.cjs').build();
};
