// Real clients against the tiles of the whole server: QGIS, GDAL and OWSLib by WMTS and XYZ, with every way of saying who asks that each can send.
// A feature works when the client shows it; a wrong key fails where the user sees it, and never becomes an anonymous visit.
import { describeWith, tools, type Tool } from '../setup/needs';
import type { Way } from './run';
import { ClientServer, type Who } from './served';

jest.setTimeout(150_000);

const served = new ClientServer('tiles');

const everyWay: readonly (readonly [Way, Who])[] = [
  ['anonymous', 'anonymous'],
  ['basic', 'nanterre'],
  ['path', 'nanterre'],
  ['basic', 'sceaux'],
];

const clients: readonly {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly ways: typeof everyWay;
  readonly least: number;
  readonly wrongLeast: number;
}[] = [
  { title: 'QGIS, tiles', tool: tools.qgis, script: 'qgis_tiles.py', ways: everyWay, least: 35, wrongLeast: 2 },
  {
    title: 'GDAL, tiles',
    tool: tools.gdal,
    script: 'gdal_tiles.py',
    ways: [...everyWay, ['header', 'nanterre']],
    least: 12,
    wrongLeast: 1,
  },
  {
    title: 'OWSLib, tiles',
    tool: tools.owslib,
    script: 'owslib_tiles.py',
    ways: [...everyWay, ['header', 'nanterre']],
    least: 19,
    wrongLeast: 1,
  },
];

for (const { title, tool, script, ways, least, wrongLeast } of clients) {
  describeWith([tool], title, () => {
    test.each(ways)('%s, %s', async (way, who) => {
      await served.run(script, served.task(way, who), least);
      expect(served.asked.filter(({ url }) => /\/(?:tiles|wmts)\b/.test(url)).length).toBeGreaterThan(4);
      // addresses in capabilities keep the key
      if (way === 'path') expect(served.asked.filter(({ url }) => !url.startsWith('/k/'))).toEqual([]);
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
