// What the conformance suite of WMS 1.3.0 asserts of a read-only service and is not looked at elsewhere; each in both versions. (Codes, formats,
// axis order, exceptions as pictures and documents valid by their schemas: the tests beside this one.)
import { PNG } from 'pngjs';
import { readXml } from '../../server/core/xml/read';
import type { Element } from '../../server/core/xml/read';
import { ask, colorAt, isEmpty, map, map111, refused, withoutDoctype } from './ask';

const all = (element: Element, name: string): Element[] =>
  element.children.flatMap(child => [...(child.name === name ? [child] : []), ...all(child, name)]);

describe.each([
  ['1.3.0', map],
  ['1.1.1', map111],
])('version %s', (version, request) => {
  const caps = `SERVICE=WMS&VERSION=${version}&REQUEST=GetCapabilities`;
  const read = async (query: string): Promise<Element> => readXml(withoutDoctype((await ask(query)).body.toString()));
  const code = async (query: string): Promise<string | undefined> => /code="(\w+)"/.exec((await ask(query)).body.toString())?.[1];

  test.each([
    ['1024', '768'],
    ['4096', '16'],
    ['8', '5'],
    ['1', '1'],
  ])('a map of %s × %s pixels has that size', async (width, height) => {
    const image = PNG.sync.read((await ask(request({ WIDTH: width, HEIGHT: height }))).body);
    expect([image.width, image.height]).toEqual([Number(width), Number(height)]);
  });

  test('another ratio of sides stretches the map', async () => {
    const { body } = await ask(request({ WIDTH: '200', HEIGHT: '100' }));
    expect([colorAt(body, 50, 25), colorAt(body, 150, 25)]).toEqual(['00aa00ff', 'aa0000ff']);
  });

  test('the box goes around the outside of the pixels', async () => {
    // ten metres a pixel, the square of parcels ends at its fiftieth pixel
    const { body } = await ask(request({ LAYERS: 'antony:parcelles', BBOX: '648000,6859000,649000,6860000', WIDTH: '100', HEIGHT: '100' }));
    expect(colorAt(body, 25, 75)).not.toBe('ffffffff');
    expect([colorAt(body, 51, 75), colorAt(body, 25, 48)]).toEqual(['ffffffff', 'ffffffff']);
  });

  test('no TRANSPARENT, or FALSE, has no transparent pixel; a box beside the data is empty', async () => {
    const beside = { BBOX: '700000,6900000,701000,6901000' };
    for (const more of [beside, { ...beside, TRANSPARENT: 'FALSE' }]) {
      const { data } = PNG.sync.read((await ask(request(more))).body);
      expect(data.every(value => value === 255)).toBe(true);
    }
    expect(isEmpty((await ask(request({ ...beside, TRANSPARENT: 'TRUE' }))).body)).toBe(true);
  });

  test('as many layers as LayerLimit says', async () => {
    const limit = Number(all(await read(caps.replace(version, '1.3.0')), 'LayerLimit')[0]?.text);
    const { reply } = await ask(request({ LAYERS: Array<string>(limit).fill('antony:arbres').join(',') }));
    expect(reply.type).toBe('image/png');
  });

  test.each<[string, Record<string, string>]>([
    ['minimum x above maximum', { BBOX: '649000,6859000,648000,6860000' }],
    ['minimum x at maximum', { BBOX: '648000,6859000,648000,6860000' }],
    ['minimum y above maximum', { BBOX: '648000,6860000,649000,6859000' }],
    ['minimum y at maximum', { BBOX: '648000,6860000,649000,6860000' }],
  ])('%s is an exception', async (_, more) => {
    expect(await code(request(more))).toBe('InvalidParameterValue');
  });

  test.each([
    ['one unknown layer of two', { LAYERS: 'antony:nulle,antony:arbres' }, 'LayerNotDefined'],
    ['the second unknown', { LAYERS: 'antony:arbres,antony:nulle' }, 'LayerNotDefined'],
    ['one unknown style of two', { LAYERS: 'antony:arbres,antony:arbres', STYLES: 'rouge,etat' }, 'StyleNotDefined'],
    ['the second unknown', { LAYERS: 'antony:arbres,antony:arbres', STYLES: 'etat,rouge' }, 'StyleNotDefined'],
  ])('%s: %s', async (_, more, expected) => {
    expect(await code(request(more))).toBe(expected);
  });

  test('a map without a version is an exception', async () => {
    expect(await refused(request().replace(/VERSION=[^&]*&/, ''))).toMatchObject({ code: 'MissingParameterValue', locator: 'version' });
  });

  test.each(['FORMAT=invalid', 'FORMAT=', 'NONSENSE=1'])('capabilities with %s are capabilities', async more => {
    expect((await read(`${caps}&${more}`)).attribute('version')).toBe(version);
  });

  test('names of parameters have no case, a plus is a space, escapes are read', async () => {
    expect((await ask(`SeRvIcE=WMS&vErSiOn=${version}&ReQuEsT=GetCapabilities`)).body.toString()).toContain('antony:arbres');
    const { reply } = await ask(request().replace('antony%3Aarbres', '+%61ntony:arbres'));
    expect(reply.type).toBe('image/png');
  });

  test('update sequences: letter by letter higher is invalid, lower is answered', async () => {
    const current = (await read(caps)).attribute('updateSequence') ?? '';
    const moved = (by: 1 | -1): string =>
      current.replace(/[0-9a-z]/g, letter => {
        const letters = '0123456789abcdefghijklmnopqrstuvwxyz';
        return letters[letters.indexOf(letter) + by] ?? letter;
      });
    expect(await code(`${caps}&UPDATESEQUENCE=${moved(1)}`)).toBe('InvalidUpdateSequence');
    expect(await code(`${caps}&UPDATESEQUENCE=${current}`)).toBe('CurrentUpdateSequence');
    expect((await read(`${caps}&UPDATESEQUENCE=${moved(-1)}`)).attribute('version')).toBe(version);
  });

  test('layers: abstracts, keywords and records where they have names; identifiers have their authority; styles are inherited by nobody', async () => {
    const root = await read(caps);
    const authorities = new Set(all(root, 'AuthorityURL').map(one => one.attribute('name')));
    for (const layer of all(root, 'Layer').filter(one => one.child('Name'))) {
      expect(layer.child('KeywordList')).toBeDefined();
      expect(layer.child('MetadataURL')).toBeDefined();
      for (const identifier of layer.all('Identifier')) expect(authorities.has(identifier.attribute('authority') ?? '')).toBe(true);
    }
    for (const layer of all(root, 'Layer').filter(one => one.child('Layer'))) expect(layer.child('Style')).toBeUndefined();
  });

  test('addresses of operations end in a question mark', async () => {
    const operations = all(await read(caps), 'Request')[0];
    const addresses = all(operations ?? (await read(caps)), 'OnlineResource').map(one =>
      one.attribute('href', 'http://www.w3.org/1999/xlink'),
    );
    expect(addresses.length).toBe(5);
    expect(addresses.every(address => address?.endsWith('/wms?'))).toBe(true);
  });
});
