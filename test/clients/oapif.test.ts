// OGC API - Features by real clients: QGIS, GDAL, OWSLib, @camptocamp/ogc-client, each with every way of saying who asks that it can send.
// The same world and the same form of scripts as in clients.test.ts.
import { describeWith, tools, type Tool } from '../setup/needs';
import type { Way } from './run';
import { ClientServer, type Who } from './served';

jest.setTimeout(150_000);

const served = new ClientServer('oapif');

const everyWay: readonly (readonly [Way, Who])[] = [
  ['anonymous', 'anonymous'],
  ['basic', 'nanterre'],
  ['path', 'nanterre'],
  ['basic', 'sceaux'],
];
const withHeader: typeof everyWay = [...everyWay, ['header', 'nanterre']];
const node: Tool = { name: '@camptocamp/ogc-client', present: () => true };

interface Client {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly ways: typeof everyWay;
  readonly least: number;
  readonly wrongLeast: number;
  /** What the server must have been served.asked, so that the client is known to use it. */
  readonly seen: readonly RegExp[];
}

const clients: readonly Client[] = [
  {
    title: 'QGIS, OGC API',
    tool: tools.qgis,
    script: 'qgis_oapif.py',
    ways: everyWay,
    least: 47,
    wrongLeast: 3,
    seen: [/[?&]bbox=/, /[?&]datetime=2020-01-21/, /limit=700&offset=700/],
  },
  {
    title: 'GDAL, OGC API',
    tool: tools.gdal,
    script: 'gdal_oapif.py',
    ways: withHeader,
    least: 45,
    wrongLeast: 1,
    seen: [/[?&]bbox=/, /[?&]filter=.*LIKE/, /[?&]filter=.*NOT/, /[?&]filter=.*pose_le/],
  },
  {
    title: 'OWSLib, OGC API',
    tool: tools.owslib,
    script: 'owslib_oapif.py',
    ways: withHeader,
    least: 27,
    wrongLeast: 1,
    seen: [/[?&]crs=/],
  },
  {
    title: 'ogc-client, OGC API',
    tool: node,
    script: 'ogc_client_oapif.mjs',
    ways: withHeader,
    least: 19,
    wrongLeast: 1,
    seen: [/[?&]sortby=-numero/],
  },
];

for (const { title, tool, script, ways, least, wrongLeast, seen } of clients) {
  describeWith([tool], title, () => {
    test.each(ways)('%s, %s', async (way, who) => {
      await served.run(script, served.task(way, who), least);
      const urls = served.asked.map(({ url }) => decodeURIComponent(url));
      for (const pattern of seen) expect(urls.some(url => pattern.test(url))).toBe(true);
      // addresses in answers keep the key
      if (way === 'path') expect(urls.filter(url => !url.startsWith('/k/'))).toEqual([]);
    });

    test.each(ways.filter(([way, who]) => way !== 'anonymous' && who === 'nanterre').map(([way]) => way))(
      'a wrong key (%s) fails visibly and never becomes an anonymous visit',
      async way => {
        await served.run(script, served.task(way, 'nanterre', { key: 'cle-inconnue-0123456789', wrong: true }), wrongLeast);
        expect(served.asked.length).toBeGreaterThan(0);
        expect(served.asked.filter(({ status }) => status !== 401)).toEqual([]);
      },
    );
  });
}
