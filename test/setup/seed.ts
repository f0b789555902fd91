// Property tests draw the same cases in every run, so that a red run can be told from the change it belongs to. New cases are drawn by
// GEOMIG_TEST_SEED (a number, or `random`), which is how defects are looked for between changes.
import fc from 'fast-check';

const asked = process.env['GEOMIG_TEST_SEED'];
const seed = asked === 'random' ? undefined : Number(asked ?? 20_220_101);

fc.configureGlobal({ ...fc.readConfigureGlobal(), ...(seed === undefined ? {} : { seed }) });
