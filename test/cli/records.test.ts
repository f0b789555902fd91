// `geomig records` while the server runs: reports with message, XPath and remedy; what is stored is found at the next request.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../server/root';
import { bench, type Bench } from './bench';

let on: Bench;
beforeAll(async () => {
  on = await bench();
});
afterAll(() => on.close());

describe('records', () => {
  const corpus = join(projectRoot, '..', 'shared', 'data', 'records', 'iso19139');
  const real = existsSync(corpus) ? 'the real records of shared/data/records' : 'not run: shared/data/records is not here';
  const found = (title: string): Promise<string> =>
    on.server
      .ask(
        `/csw?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record&resultType=results&elementSetName=full&constraintLanguage=CQL_TEXT&constraint_language_version=1.1.0&constraint=${encodeURIComponent(`dc:title = '${title}'`)}`,
      )
      .then(answer => answer.text);

  test('check reports without storing; import stores and reports; export writes them back', async () => {
    const out = join(on.folder, 'sortie');
    expect((await on.geomig('records', 'export', out)).out).toMatch(/9 fiche\(s\) écrite\(s\)/);
    const names = readdirSync(out);
    expect(names).toContain('fr-92-mig-arb.xml');
    const checked = await on.geomig('records', 'check', join(out, 'fr-92-mig-arb.xml'));
    expect([checked.status, checked.out]).toEqual([0, expect.stringMatching(/fr-92-mig-arb : valide : Arbres d’alignement d’Antony/)]);
    const own = readFileSync(join(out, 'fr-92-mig-arb.xml'), 'utf8')
      .replaceAll('fr-92-mig-arb', 'libre-1')
      .replaceAll('Arbres d’alignement d’Antony', 'Fiche libre un');
    const path = on.file('libre.xml', own);
    expect(await found('Fiche libre un')).toContain('numberOfRecordsMatched="0"');
    const made = await on.geomig('records', 'import', path, '--owner', 'antony', '--scope', 'essais');
    expect([made.status, made.out]).toEqual([
      0,
      expect.stringMatching(/libre-1 : créée : Fiche libre un[\s\S]*1 fiche\(s\) enregistrée\(s\), 0 refusée/),
    ]);
    expect(await found('Fiche libre un')).toContain('numberOfRecordsMatched="1"');
    expect((await on.geomig('records', 'import', path, '--owner', 'antony', '--scope', 'essais')).out).toContain('libre-1 : inchangée');
  });

  test('R21: hidden records say why; an unknown owner is named', async () => {
    const path = join(on.folder, 'libre.xml');
    const secret = await on.geomig('records', 'import', path, '--visibility', 'partners');
    expect([secret.status, secret.err]).toEqual([1, expect.stringMatching(/R21.*--reason/)]);
    const lost = await on.geomig('records', 'import', path, '--owner', 'nulle-part');
    expect([lost.status, lost.err]).toEqual([1, expect.stringMatching(/l’organisme « nulle-part » n’existe pas/)]);
    const hidden = await on.geomig(
      'records',
      'import',
      path,
      '--owner',
      'antony',
      '--visibility',
      'partners',
      '--reason',
      'Travail en cours',
    );
    expect(hidden.status).toBe(0);
    expect(await found('Fiche libre un')).toContain('numberOfRecordsMatched="0"');
  });

  test('what is malformed is refused with its reason, the others are stored; a missing path is said', async () => {
    const { status, out } = await on.geomig('records', 'import', on.file('mal.xml', '<a><b></a>'), on.file('rien.xml', '<a/>'));
    expect(status).toBe(1);
    expect(out).toMatch(/mal\.xml : sans identifiant : refusée[\s\S]*erreur .* → [\s\S]*0 fiche\(s\) enregistrée\(s\), 2 refusée/);
    const gone = await on.geomig('records', 'check', join(on.folder, 'absent'));
    expect([gone.status, gone.err]).toEqual([1, expect.stringMatching(/^geomig : .*absent n’existe pas\n$/)]);
  });

  test(
    real,
    async () => {
      if (!existsSync(corpus)) return expect(corpus).toContain('shared');
      const folders = readdirSync(corpus, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry => join(corpus, entry.name));
      const { out, err } = await on.geomig('records', 'import', ...(folders.length > 0 ? folders : [corpus]));
      expect(err).toBe('');
      const [, taken = '0', refused = '0'] = /(\d+) fiche\(s\) enregistrée\(s\), (\d+) refusée/.exec(out) ?? [];
      expect(Number(taken)).toBeGreaterThan(100);
      expect(Number(refused)).toBeLessThan(Number(taken));
      // a report line has severity, rule, message, XPath and remedy
      expect(out).toMatch(/^ {2}(?:erreur|avertissement) \S+ : .+ \/.+ → .+$/m);
    },
    180_000,
  );
});
