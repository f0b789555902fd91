// `geomig user`, `key`, `explain` and the commands of operation while the server runs.
import { accounts } from '../world/world';
import { bench, hits, type Bench } from './bench';
import { geomigOn } from './run';

let on: Bench;
beforeAll(async () => {
  on = await bench();
});
afterAll(() => on.close());

const basicOf = (login: string, secret: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString('base64')}` },
});
const session = async (login: string, password: string): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  return (await on.server.ask('/api/session', { method: 'POST', headers, body: JSON.stringify({ login, password }) })).status;
};

describe('accounts and keys', () => {
  const login = 'nouveau@issy.example.org';
  let password = '';

  test('user add shows a password once, and it is good at the next request', async () => {
    const { status, out } = await on.geomig('user', 'add', login, '--organisation', 'issy', '--name', 'Nina Nouveau', '--role', 'reader');
    expect(status).toBe(0);
    password = /affiché une seule fois : (\S+)/.exec(out)?.[1] ?? '';
    expect(password.length).toBeGreaterThan(15);
    expect(await session(login, password)).toBe(204);
    expect((await on.geomig('user', 'list', '--organisation', 'issy')).out).toMatch(
      new RegExp(`${login}\\tissy\\tactive\\treader\\tNina Nouveau`),
    );
    expect((await on.geomig('user', 'list')).out).not.toContain(password);
    const twice = await on.geomig('user', 'add', login, '--organisation', 'issy');
    expect([twice.status, twice.out]).toEqual([1, '']);
  });

  test('a key is shown once, works at the next request, and is 401 at the one after it was revoked', async () => {
    const { out } = await on.geomig('key', 'create', login, '--label', 'qgis', '--expires', '2026-12-31');
    const key = /affichée une seule fois : (\S+)/.exec(out)?.[1] ?? '';
    const path = hits('nanterre:eclairage');
    expect((await on.server.ask(path, basicOf(login, key))).text).toContain('numberMatched="9"');
    expect((await on.server.ask(path, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    const list = await on.geomig('key', 'list', login);
    expect(list.out).toMatch(/^\d+\tmig_\S+\tqgis\t2026-12-31\tactive/);
    expect(list.out).not.toContain(key);
    expect((await on.geomig('key', 'revoke', login, key.slice(0, 12))).status).toBe(0);
    expect((await on.server.ask(path, basicOf(login, key))).status).toBe(401);
    expect((await on.geomig('key', 'revoke', login, 'mig_inconnue')).status).toBe(1);
  });

  test('another password; a suspended account is refused at the next request, and comes back', async () => {
    const { out } = await on.geomig('user', 'password', login);
    const fresh = /affiché une seule fois : (\S+)/.exec(out)?.[1] ?? '';
    expect(await session(login, password)).toBe(401);
    expect(await session(login, fresh)).toBe(204);
    expect((await on.geomig('user', 'suspend', login)).status).toBe(0);
    expect((await on.server.ask(hits('nanterre:eclairage'), basicOf(login, fresh))).status).toBe(401);
    expect((await on.geomig('user', 'resume', login)).status).toBe(0);
    expect((await on.server.ask(hits('nanterre:eclairage'), basicOf(login, fresh))).status).toBe(200);
  });

  test('a password by the environment; a variable that is not set is said', async () => {
    const given = geomigOn(on.server.test, { MOT: 'tilleul-argenté-2026' });
    expect((await given('user', 'add', 'autre@issy.example.org', '--organisation', 'issy', '--password-env', 'MOT')).out).not.toContain(
      'affiché',
    );
    expect(await session('autre@issy.example.org', 'tilleul-argenté-2026')).toBe(204);
    const { status, err } = await on.geomig(
      'user',
      'add',
      'troisieme@issy.example.org',
      '--organisation',
      'issy',
      '--password-env',
      'ABSENT',
    );
    expect([status, err]).toEqual([1, expect.stringMatching(/ABSENT n’est pas définie/)]);
  });
});

describe('explain', () => {
  const explain = (as: string, layer: string, ...more: string[]): Promise<string> =>
    on.geomig('explain', '--as', as, '--on', layer, ...more).then(({ status, out, err }) => {
      expect([status, err]).toEqual([0, '']);
      return out;
    });

  test('the rule, the clause, the grant', async () => {
    const refused = await explain('anonymous', 'nanterre:eclairage', '--action', 'feature');
    expect(refused).toMatch(/anonymous · nanterre:eclairage · feature : refusé \(401\), règle R\d\d/);
    expect(refused).toMatch(/\(charte \S+/);
    const open = await explain('anonymous', 'antony:arbres', '--action', 'feature');
    expect(open).toMatch(/autorisé, règle R29[\s\S]*droit : public no \d+ \(download, feature, query, view\), public/);
  });

  test('masked attributes, the area, and one feature inside or outside of it', async () => {
    expect(await explain(accounts.issy.login, 'nanterre:eclairage', '--action', 'feature')).toMatch(/attributs masqués : contact_riverain/);
    const mine = await explain(accounts.antony.login, 'issy:chantiers', '--action', 'feature', '--feature', 'chantiers.CH-01');
    expect(mine).toMatch(/aire : territoire de Antony/);
    expect(mine).toMatch(/objet chantiers\.CH-01 : hors/);
    expect(await explain(accounts.issy.login, 'issy:chantiers', '--action', 'feature', '--feature', 'chantiers.CH-01')).toMatch(
      /objet chantiers\.CH-01 : visible/,
    );
  });

  test('a hidden layer, an exception, all actions at once, another day', async () => {
    expect(await explain(accounts.antony.login, 'antony:foncier', '--action', 'view')).toMatch(/refusé .*R28/);
    expect((await explain(accounts.pld.login, 'bspp:points_eau')).match(/·/g)?.length).toBeGreaterThan(8);
    expect(await explain(accounts.marnes.login, 'nanterre:eclairage', '--action', 'view', '--at', '2025-06-01T10:00:00Z')).toMatch(
      /autorisé/,
    );
    expect(await explain(accounts.marnes.login, 'nanterre:eclairage', '--action', 'view')).toMatch(/refusé/);
  });

  test('who or what is not there', async () => {
    expect((await on.geomig('explain', '--as', 'personne@nulle.part', '--on', 'antony:arbres')).err).toMatch(
      /le compte personne@nulle\.part n’existe pas/,
    );
    expect((await on.geomig('explain', '--as', 'anonymous', '--on', 'antony:nuages')).err).toMatch(/la couche antony:nuages n’existe pas/);
  });
});

describe('operation', () => {
  test('doctor, migrate and demo say how things are', async () => {
    const doctor = await on.geomig('doctor');
    const errors = doctor.out.split('\n').filter(line => line.startsWith('ERREUR'));
    // a throw-away cluster of the tests runs without fsync, and the doctor says so
    expect(errors.filter(line => !line.includes('fsync'))).toEqual([]);
    expect([doctor.status, doctor.out]).toEqual([
      errors.length === 0 ? 0 : 1,
      expect.stringMatching(/migrations +\d+ appliquées[\s\S]*GeoMIG (?:peut|ne peut pas) fonctionner/),
    ]);
    expect(await on.geomig('migrate')).toMatchObject({ status: 0, out: 'La base est à jour.\n' });
    const demo = await on.geomig('demo');
    expect([demo.status, demo.err]).toEqual([1, expect.stringMatching(/contient déjà des données.*Rien n’a été changé/)]);
  });
});

describe('backup, restore, reset', () => {
  test('while the server runs: one file, checked, put back; without confirmation nothing is done', async () => {
    const file = `${on.folder}/nuit.geomig`;
    const made = await on.geomig('backup', file);
    expect([made.status, made.err]).toEqual([0, '']);
    expect(made.out).toMatch(
      /geomig\.app_user : \d+ lignes[\s\S]*Sauvegarde écrite : .*nuit\.geomig \(\d+ tables, \d+ lignes, 0 rasters\)/,
    );
    expect(await on.geomig('restore', file, '--check')).toMatchObject({
      status: 0,
      out: expect.stringContaining('Sauvegarde entière') as string,
    });
    const full = await on.geomig('restore', file);
    expect([full.status, full.err]).toEqual([1, expect.stringMatching(/la base n’est pas vide .*--replace[\s\S]*Rien n’a été changé/)]);
    expect((await on.geomig('restore', file, '--replace')).status).toBe(2);
    expect((await on.geomig('restore', `${file}.absent`, '--check')).err).toMatch(/nuit\.geomig\.absent n’existe pas/);

    expect((await on.geomig('user', 'suspend', accounts.antony.login)).status).toBe(0);
    expect((await on.server.ask('/api/session', { as: accounts.antony })).status).toBe(401);
    const back = await on.geomig('restore', file, '--replace', '--yes');
    expect([back.status, back.err]).toEqual([0, '']);
    expect((await on.server.ask('/api/session', { as: accounts.antony })).status).toBe(200);

    expect((await on.geomig('reset')).status).toBe(2);
    expect((await on.server.ask(hits('antony:arbres'), { as: accounts.antony })).status).toBe(200);
    const gone = await on.geomig('reset', '--yes');
    expect([gone.status, gone.out]).toEqual([
      0,
      expect.stringMatching(/^Base vidée : \d+ données, \d+ comptes et \d+ fiches supprimés\.$/m),
    ]);
    expect((await on.server.ask(hits('antony:arbres'), { as: accounts.antony })).status).toBe(401);
    expect((await on.server.ask(hits('antony:arbres'))).text).toContain('ExceptionReport');
    expect(await on.tables()).toEqual([]);
    expect(await on.rows(`select 1 from geomig.organisation where code = 'antony'`)).toHaveLength(1);

    expect((await on.geomig('restore', file)).status).toBe(0);
    expect((await on.server.ask(hits('antony:arbres'), { as: accounts.antony })).text).toMatch(/numberMatched="[1-9]/);
  }, 120_000);
});
