// Both engines do the same: this file runs on the embedded engine, and by test/run-pg.cjs on PostgreSQL.
import { testDatabase } from '../setup/database';
import type { TestDatabase } from '../setup/database';

describe('a session', () => {
  let test: TestDatabase;
  beforeAll(async () => (test = await testDatabase()));
  afterAll(() => test.close());

  it('binds values and gives them back as the same types', async () => {
    const rows = await test.database.transaction({ role: 'reader' }, session =>
      session.rows("select $1::int8 as big, $2::text as text, $3::date as day, timestamptz '2026-01-02 03:04:05+01' as instant", [
        4,
        'é"\\\'',
        '2026-11-24',
      ]),
    );
    expect(rows).toEqual([{ big: 4, text: 'é"\\\'', day: '2026-11-24', instant: '2026-01-02T02:04:05.000Z' }]);
  });
});
