// The demonstration applies in one go like any partnership file, and is the same on every machine but for its passwords.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDemonstration } from '../../server/demo/demonstration';
import { readPartnershipFile } from '../../server/partnership/file';
import { applyPartnership } from '../../server/partnership/apply/apply';
import { desk, type Desk } from '../partnership/desk';

const options = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };
const folders = [mkdtempSync(join(tmpdir(), 'geomig-demo-a-')), mkdtempSync(join(tmpdir(), 'geomig-demo-b-'))] as const;
let one: Desk;
beforeAll(async () => {
  one = await desk();
});
afterAll(async () => {
  await one.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Digests of the files of a folder; passwords left out. */
function digests(folder: string, secrets: readonly string[]): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(
    names.map(entry => {
      const path = join(entry.parentPath, entry.name);
      const text = secrets.reduce((left, secret) => left.replaceAll(secret, '***'), readFileSync(path, 'utf8'));
      return [path.slice(folder.length), createHash('sha256').update(text).digest('hex')];
    }),
  );
}

test('two makings differ in the passwords only', () => {
  const [a, b] = folders.map(folder => {
    const made = writeDemonstration(folder, '2026-06-15');
    const secrets = made.accounts.map(account => account.password);
    return { secrets, digests: digests(folder, secrets) };
  });
  expect(a?.digests).toEqual(b?.digests);
  expect(Object.keys(a?.digests ?? {}).length).toBeGreaterThan(5);
  expect(a?.secrets).not.toEqual(b?.secrets);
});

test('it applies in one go, again without change, and every layer is served to somebody', async () => {
  const { path } = writeDemonstration(folders[0], '2026-06-15');
  const file = readPartnershipFile(path);
  const report = await applyPartnership(file, path, options, one.parts);
  expect(report.filter(line => line.kind === 'dataset').every(line => line.outcome === 'created')).toBe(true);
  expect((await applyPartnership(file, path, options, one.parts)).filter(line => line.outcome !== 'left')).toEqual([]);
  expect(await one.rows(`select identifier, errors from geomig.record where dataset is not null and errors > 0`)).toEqual([]);
}, 180_000);

test('it can be shown after the charter’s end too: its members joined before', async () => {
  one.clock.instant = '2027-03-01T10:00:00.000Z';
  const { file, path } = writeDemonstration(folders[1], '2027-03-01');
  await expect(applyPartnership(file, path, { ...options, check: true }, one.parts)).resolves.toBeDefined();
}, 180_000);
