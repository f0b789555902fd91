// Bad usage of the command line: exit status 2, what is wrong in French, and the help of that command. It needs no database.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import { geomigOn } from './run';

const data = mkdtempSync(join(tmpdir(), 'geomig-usage-'));
const geomig = geomigOn({ data, url: null });
afterAll(() => rmSync(data, { recursive: true, force: true }));

test.each([
  [[], /Usage : geomig/],
  [['fabriquer'], /commande inconnue : fabriquer[\s\S]*Usage : geomig /],
  [['apply'], /il manque : file[\s\S]*Usage : geomig apply/],
  [['apply', 'a.yaml', '--tout'], /option inconnue : --tout[\s\S]*--check/],
  [['import', 'a.csv'], /il manque l’option --as <prefix:name>[\s\S]*Usage : geomig import/],
  [['import', 'a.csv', '--as'], /il manque la valeur de l’option --as/],
  [['records'], /Usage : geomig records/],
  [['records', 'import', 'a.xml', '--visibility', 'secrète'], /« secrète » n’est pas permis, mais public, partners, owner/],
  [['user', 'add', 'x@y.fr'], /il manque l’option --organisation/],
  [['user', 'add', 'x@y.fr', '--organisation', 'antony', '--role', 'roi'], /« roi » n’est pas permis/],
  [['key', 'create', 'x@y.fr'], /il manque l’option --label/],
  [['explain', '--as', 'anonymous', '--on', 'a:b', '--action', 'voler'], /--action est une de view, query/],
  [['explain', '--as', 'anonymous', '--on', 'a:b', '--at', 'demain'], /« demain » n’est pas un instant/],
])('geomig %j', async (words, said) => {
  const { status, out, err } = await geomig(...words);
  expect(status).toBe(2);
  expect(err).toMatch(said);
  expect(out).toBe('');
  expect(existsSync(join(data, 'engine'))).toBe(false);
});

test('a setting that is unknown or malformed stops with a sentence and status 2', async () => {
  for (const [name, value] of [
    ['GEOMIG_COLOUR', 'red'],
    ['GEOMIG_CLOCK', 'hier'],
  ] as const) {
    const { status, err } = await geomigOn({ data, url: null }, { [name]: value })('doctor');
    expect([name, status]).toEqual([name, 2]);
    expect(err).toContain(name);
  }
});

test('help is no error', async () => {
  for (const words of [['--help'], ['help', 'apply'], ['import', '-h']]) {
    const { status, out, err } = await geomig(...words);
    expect([words, status, err]).toEqual([words, 0, '']);
    expect(out).toContain('Usage : geomig');
  }
});

test('a partnership file that cannot be read fails before anything is opened', async () => {
  const { status, err } = await geomig('apply', 'absent.yaml');
  expect([status, err]).toEqual([1, expect.stringMatching(/absent\.yaml ne peut pas être lu/)]);
  expect(existsSync(join(data, 'engine'))).toBe(false);
});

test('`npx geomig` from the project’s folder is this command, without asking any registry', () => {
  const { status, stdout } = spawnSync('npx', ['--no-install', 'geomig', '--help'], {
    cwd: projectRoot,
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect(status).toBe(0);
  expect(stdout).toContain('Usage : geomig');
});

test('doctor --sql prints what an administrator of PostgreSQL runs, without a database', async () => {
  const { status, out } = await geomig('doctor', '--sql');
  expect(status).toBe(0);
  expect(out).toMatch(/create extension if not exists postgis/i);
  expect(out).toMatch(/create role geomig_reader/i);
});
