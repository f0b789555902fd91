// The documents say what the program does: settings, commands, options, scripts and files that README and CONTRIBUTING name exist, all that
// exist are named, and the README's partnership example passes `apply`.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../server/cli/cli';
import { applyParts } from '../server/compose/apply';
import { explainDecision } from '../server/compose/explain';
import { settings } from '../server/config';
import { applyPartnership } from '../server/partnership/apply/apply';
import { readPartnershipFile } from '../server/partnership/file';
import { projectRoot } from '../server/root';
import { testDatabase, type TestDatabase } from './setup/database';

const document = (name: string): string => readFileSync(join(projectRoot, name), 'utf8');
const readme = document('README.md');
const contributing = document('CONTRIBUTING.md');
const documents = ['README.md', 'CONTRIBUTING.md'] as const;

/** What a command line prints for people; the lines are not wrapped by a terminal's width in words that matter here. */
async function printed(...words: string[]): Promise<string> {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation(chunk => {
    text += String(chunk);
    return true;
  });
  try {
    expect(await runCommand(words)).toBe(0);
  } finally {
    spy.mockRestore();
  }
  return text;
}

const namesUnder = (help: string, title: string, pattern: RegExp): string[] =>
  [...(help.split(`${title} :\n`)[1]?.split('\n\n')[0] ?? '').matchAll(pattern)].flatMap(([, name]) => (name ? [name] : []));
const subcommands = (help: string): string[] => namesUnder(help, 'Commandes', /^ {2}([a-z]+)/gm).filter(name => name !== 'help');

/** Options by command, `records import` → owner, visibility … */
async function commandTree(): Promise<Map<string, string[]>> {
  const tree = new Map<string, string[]>();
  for (const name of subcommands(await printed('--help'))) {
    const help = await printed(name, '--help');
    const inner = subcommands(help);
    for (const words of inner.length === 0 ? [[name]] : inner.map(one => [name, one])) {
      const options = namesUnder(await printed(...words, '--help'), 'Options', /^ {2}(?:-\w, )?--([a-z-]+)/gm);
      tree.set(
        words.join(' '),
        options.filter(option => option !== 'help'),
      );
    }
  }
  return tree;
}

describe('settings', () => {
  const begin = '<!-- settings: written from server/config.ts by `npm run bless` -->\n';
  const end = '<!-- /settings -->';
  const table = [
    '| setting | default | what |',
    '|---|---|---|',
    ...settings.map(one => `| \`${one.name}\` | ${one.default === '' ? '' : `\`${one.default}\``} | ${one.text} |`),
    '',
  ].join('\n');

  test('the table of the README is that of server/config.ts', () => {
    const [before = '', rest = ''] = readme.split(begin);
    const [shown = '', after = ''] = rest.split(end);
    if (process.env['GEOMIG_BLESS'] === '1') writeFileSync(join(projectRoot, 'README.md'), `${before}${begin}${table}${end}${after}`);
    else expect(shown).toBe(table);
  });

  test.each(documents)('every setting that %s names exists', name => {
    const known = new Set<string>([...settings.map(one => one.name), 'GEOMIG_BLESS']);
    const named = document(name).match(/\b(?:GEOMIG|DATABASE)_[A-Z][A-Z_]*/g) ?? [];
    expect(named.filter(one => !known.has(one) && !one.startsWith('GEOMIG_TEST_'))).toEqual([]);
  });
});

describe('commands', () => {
  test('every command and option stands in the README, and it names no other', async () => {
    const tree = await commandTree();
    expect(tree.size).toBeGreaterThan(10);
    const rows = new Map(
      [...readme.matchAll(/^\| `geomig ([^`]+)` \|(.*)$/gm)].map(([, usage = '', text = '']) => [
        (usage.match(/^[a-z]+(?: [a-z]+)?/) ?? [''])[0],
        [...`${usage} ${text}`.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option),
      ]),
    );
    expect([...rows.keys()].sort()).toEqual([...tree.keys()].sort());
    for (const [command, options] of tree)
      expect([command, [...new Set(rows.get(command))].sort()]).toEqual([command, [...options].sort()]);
  });

  test.each(documents)('every command line in %s can be given', async name => {
    const tree = await commandTree();
    const lines = [...document(name).matchAll(/(?<!\/)\bgeomig (?!help)([a-z]+(?: [a-z]+)?)([^`\n]*)/g)];
    const wrong = lines.filter(([, words = '', rest = '']) => {
      const command = [words, words.split(' ')[0] ?? ''].find(one => tree.has(one));
      return command === undefined || [...rest.matchAll(/ --([a-z-]+)/g)].some(([, option = '']) => !tree.get(command)?.includes(option));
    });
    expect(wrong.map(([line]) => line)).toEqual([]);
  });
});

test('the scripts are those of package.json', () => {
  const { scripts } = JSON.parse(document('package.json')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/^\| `npm (?:run )?([a-z:]+)`/gm)].map(([, name = '']) => name);
  expect(named.sort()).toEqual(Object.keys(scripts).sort());
});

test.each(documents)('every file that %s names is there', name => {
  const named = [...document(name).matchAll(/`((?:server|catalogue|migrations|schemas|viewer|test|\.ci)\/[\w./-]+)`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(path => !existsSync(join(projectRoot, path)))).toEqual([]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const sources = ['server', 'catalogue', 'migrations', 'schemas', 'viewer', 'test'].flatMap(filesBelow);

test.each(sources.filter(path => /\/readme\.md$/i.test(path)))('every source file that %s names is there', name => {
  const named = [...document(name).matchAll(/`([\w./-]+\.(?:ts|cjs|py))`/g)].map(([, path = '']) => path);
  expect(named.filter(path => !sources.some(source => `/${source}`.endsWith(`/${path}`)))).toEqual([]);
});

test('in recipes a bare name belongs to the folder of the path before it', () => {
  const wrong = contributing.split('\n').flatMap(line => {
    let folder = '';
    return [...line.matchAll(/`([\w./-]+\.(?:ts|cjs|py|md|json))`/g)].flatMap(([, path = '']) => {
      if (path.includes('/')) folder = dirname(path);
      const full = path.includes('/') ? path : join(folder, path);
      return existsSync(join(projectRoot, full)) ? [] : [full];
    });
  });
  expect(wrong).toEqual([]);
});

describe("the README's partnership example", () => {
  let one: TestDatabase;
  const folder = mkdtempSync(join(tmpdir(), 'geomig-readme-'));
  const instant = '2026-06-15T10:00:00.000Z';
  beforeAll(async () => {
    one = await testDatabase();
  });
  afterAll(async () => {
    await one.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The code block that follows the line which names the file. */
  const block = (file: string): string => {
    const [, text] = new RegExp(`\`${file.replace('.', '\\.')}\`:\n\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(readme) ?? [];
    if (text === undefined) throw new Error(`README.md has no ${file}`);
    return text;
  };

  test('is applied, and is left alone the second time', async () => {
    const path = join(folder, 'partenariat.yaml');
    writeFileSync(path, block('partenariat.yaml'));
    writeFileSync(join(folder, 'bancs.geojson'), block('bancs.geojson'));
    const parts = applyParts({ database: one.database, publicBase: 'http://127.0.0.1', now: () => instant, say: () => undefined });
    const options = { check: false, prune: false, reimport: false, overwriteEdits: false, allowUnpublished: false };
    const outcomes = async (): Promise<Record<string, string>> =>
      Object.fromEntries(
        (await applyPartnership(readPartnershipFile(path), path, options, parts)).map(line => [`${line.kind} ${line.name}`, line.outcome]),
      );
    expect(await outcomes()).toEqual({
      'organisation antony': 'changed',
      'person renee@antony.example': 'created',
      'dataset bancs': 'created',
    });
    expect(new Set(Object.values(await outcomes()))).toEqual(new Set(['left']));
  });

  test('gives the owner everything and the public nothing', async () => {
    const ask = async (login: string): Promise<string> =>
      (await explainDecision(one.database, { login, on: 'antony:bancs', action: 'feature', feature: 'bancs.b2', instant })).join('\n');
    expect(await ask('renee@antony.example')).toMatch(/autorisé, règle D3[\s\S]*bancs\.b2 : visible/);
    expect(await ask('anonymous')).toMatch(/refusé \(401\), règle R27/);
  });
});
