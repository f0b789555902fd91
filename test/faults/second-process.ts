// A process that opens a data directory: `server DIR` as a server would, `command DIR` as the geomig command, `write DIR` commits rows
// until it is killed (at most 20,000) and says each one it has committed.
import { migrations } from '../../migrations';
import { connect } from '../../server/store/connect';

async function main([what, data]: readonly string[]): Promise<void> {
  if (data === undefined) throw new Error('which directory?');
  const database = await connect({ databaseUrl: null, data }, { as: what === 'command' ? 'command' : 'server', migrations });
  if (what === 'write') {
    for (let n = 1; n <= 20_000; n++) {
      await database.transaction({ role: 'owner' }, async session => {
        await session.rows('insert into data.round values ($1, 1)', [n]);
        await session.rows('insert into data.round values ($1, 2)', [n]);
      });
      process.stdout.write(`ack ${n}.\n`);
    }
  }
  const [row] = await database.transaction({ role: 'reader' }, session =>
    session.rows<{ n: number }>('select count(*) as n from data.round'),
  );
  process.stdout.write(`rows ${row?.n}.\n`);
  await database.close();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stdout.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
  process.exitCode = 1;
});
