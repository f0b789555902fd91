// EXCEPTIONS: the document, the picture with the reason, the empty picture (WMS 1.3.0 § 7.3.3.11; 1.1.1 § 6.7).
import { PNG } from 'pngjs';
import { ask, map, map111, refused } from './ask';

interface Case {
  readonly ask: (more: Readonly<Record<string, string>>) => string;
  readonly document: string;
  readonly type: string;
  readonly picture: string;
  readonly blank: string;
}
const versions: readonly (readonly [string, Case])[] = [
  ['1.3.0', { ask: map, document: 'XML', type: 'text/xml', picture: 'INIMAGE', blank: 'BLANK' }],
  [
    '1.1.1',
    {
      ask: map111,
      document: 'application/vnd.ogc.se_xml',
      type: 'application/vnd.ogc.se_xml',
      picture: 'application/vnd.ogc.se_inimage',
      blank: 'application/vnd.ogc.se_blank',
    },
  ],
];
const wrong = { LAYERS: 'antony:nulle' };
const colors = (png: Buffer): Set<string> => {
  const { data } = PNG.sync.read(png);
  return new Set(Array.from({ length: data.length / 4 }, (_, i) => data.subarray(i * 4, i * 4 + 4).toString('hex')));
};

describe.each(versions)('version %s', (_, { ask: request, document, type, picture, blank }) => {
  test.each(['', document, 'nonsense'])('EXCEPTIONS=%s is the document', async exceptions => {
    expect((await ask(request({ ...wrong, EXCEPTIONS: exceptions }))).reply.type).toBe(type);
  });

  test('BLANK: every pixel is the background', async () => {
    const red = await ask(request({ ...wrong, EXCEPTIONS: blank, BGCOLOR: '0xFF0000', TRANSPARENT: 'FALSE', WIDTH: '90', HEIGHT: '30' }));
    expect([red.reply.type, red.reply.status, [...colors(red.body)]]).toEqual(['image/png', undefined, ['ff0000ff']]);
    expect(PNG.sync.read(red.body)).toMatchObject({ width: 90, height: 30 });
    expect([...colors((await ask(request({ ...wrong, EXCEPTIONS: blank }))).body)]).toEqual(['ffffffff']);
  });

  test('BLANK and transparent: every pixel is', async () => {
    expect([...colors((await ask(request({ ...wrong, EXCEPTIONS: blank, TRANSPARENT: 'TRUE' }))).body)]).toEqual(['00000000']);
  });

  test('INIMAGE: the reason is written on the picture, over its background', async () => {
    const told = await ask(request({ ...wrong, EXCEPTIONS: picture, BGCOLOR: '0x00FF00' }));
    const seen = colors(told.body);
    expect(told.reply.type).toBe('image/png');
    expect([seen.has('00ff00ff'), seen.has('8a1c1cff'), seen.size > 10]).toEqual([true, true, true]);
  });

  test('in the format asked for', async () => {
    for (const exceptions of [picture, blank]) {
      const { reply, body } = await ask(request({ ...wrong, EXCEPTIONS: exceptions, FORMAT: 'image/jpeg', WIDTH: '16', HEIGHT: '16' }));
      expect([reply.type, body.subarray(0, 2).toString('hex')]).toEqual(['image/jpeg', 'ffd8']);
    }
  });

  test.each<[string, Record<string, string>]>([
    ['a bad box', { BBOX: 'a,b,c,d' }],
    ['an unknown style', { STYLES: 'rouge' }],
    ['a style from elsewhere', { SLD: 'http://127.0.0.1/' }],
    ['a background that is none', { LAYERS: 'x', BGCOLOR: 'red' }],
  ])('%s, in the picture', async (__, more) => {
    expect((await ask(request({ ...more, EXCEPTIONS: picture }))).reply.type).toBe('image/png');
  });

  test.each<[string, Record<string, string>]>([
    ['without a format', { FORMAT: 'image/x-none' }],
    ['without a size', { WIDTH: '100000' }],
    ['for a layer the caller may not have (R47)', { LAYERS: 'antony:prive' }],
  ])('%s it is a document after all', async (__, more) => {
    const { reply } = await ask(request({ ...more, EXCEPTIONS: picture }));
    expect([reply.type, reply.status]).toEqual([type, 'LAYERS' in more ? 401 : 200]);
  });
});

test('feature info has no picture to write on', async () => {
  const info = map({
    REQUEST: 'GetFeatureInfo',
    QUERY_LAYERS: 'antony:nulle',
    LAYERS: 'antony:nulle',
    I: '1',
    J: '1',
    EXCEPTIONS: 'INIMAGE',
  });
  expect((await refused(info)).code).toBe('LayerNotDefined');
});
