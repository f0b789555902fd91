// Real clients against the WMS in both its versions: QGIS, GDAL, OWSLib, with the ways of saying who asks that each can send. (QGIS in 1.3.0 is
// among the clients of clients.test.ts.)
import { describeWith, tools, type Tool } from '../setup/needs';
import type { Way } from './run';
import { ClientServer, type Who } from './served';

jest.setTimeout(150_000);

const served = new ClientServer('wms');

interface Client {
  readonly title: string;
  readonly tool: Tool;
  readonly script: string;
  readonly versions: readonly string[];
  readonly ways: readonly (readonly [Way, Who])[];
  readonly least: number;
}

const everyWay = [
  ['anonymous', 'anonymous'],
  ['basic', 'nanterre'],
  ['path', 'nanterre'],
] as const;
const withHeader = [...everyWay, ['header', 'nanterre']] as const;

const clients: readonly Client[] = [
  { title: 'QGIS', tool: tools.qgis, script: 'qgis_wms.py', versions: ['1.1.1'], ways: everyWay, least: 44 },
  { title: 'GDAL', tool: tools.gdal, script: 'gdal_wms.py', versions: ['1.3.0', '1.1.1'], ways: withHeader, least: 11 },
  { title: 'OWSLib', tool: tools.owslib, script: 'owslib_wms.py', versions: ['1.3.0', '1.1.1'], ways: withHeader, least: 36 },
];

for (const { title, tool, script, versions, ways, least } of clients) {
  describeWith([tool], title, () => {
    describe.each(versions)('version %s', version => {
      test.each(ways)('%s, %s', async (way, who) => {
        await served.run(script, served.task(way, who, { versions: [version] }), least);
        const maps = served.asked.filter(({ url }) => /[?&]REQUEST=GetMap/i.test(url));
        expect(maps.length).toBeGreaterThan(3);
        expect(maps.filter(({ url }) => !new RegExp(`[?&]VERSION=${version.replaceAll('.', '\\.')}`, 'i').test(url))).toEqual([]);
        // addresses in answers keep the key
        if (way === 'path') expect(served.asked.filter(({ url }) => !url.startsWith('/k/'))).toEqual([]);
      });

      test.each(['basic', 'path'] as const)('a wrong key (%s) fails visibly', async way => {
        await served.run(script, served.task(way, 'nanterre', { versions: [version], key: 'cle-inconnue-0123456789', wrong: true }), 1);
        expect(served.asked.length).toBeGreaterThan(0);
        expect(served.asked.filter(({ status }) => status !== 401)).toEqual([]);
      });
    });
  });
}
