import { crsList } from '../../server/core/model/crs';
import { equality, readBbox, readBoxes, readIds } from '../../server/core/filter/simple';
import { escapeKey as encodeKey, unescapeKey as decodeKey } from '../../server/core/model/feature-id';
import { keyOf } from '../../server/core/filter/ids';
import { likePattern, sqlWildcards } from '../../server/core/filter/like';
import { readXml } from '../../server/core/xml/read';
import * as fc from 'fast-check';
import { faultOf, trees, withTextKey } from './world';

const rules = { rule: 'form', defaultSrid: 2154, defaultFlip: false } as const;
const box = { minX: 1, minY: 2, maxX: 3, maxY: 4 };

describe('BBOX', () => {
  test.each<[string, object, unknown]>([
    ['1,2,3,4', rules, { boxes: [box], srid: 2154 }],
    [' 1, 2, 3,4e0 ', rules, { boxes: [box], srid: 2154 }],
    ['1,2,9,3,4,9', rules, { boxes: [box], srid: 2154 }],
    ['1,2,9,3,4,9,EPSG:2154', rules, { boxes: [box], srid: 2154 }],
    ['2,1,4,3,urn:ogc:def:crs:EPSG::4326', rules, { boxes: [box], srid: 4326 }],
    ['1,2,3,4,EPSG:4326', rules, { boxes: [box], srid: 4326 }],
    ['2,1,4,3,EPSG:4326', { ...rules, rule: 'crs-order' }, { boxes: [box], srid: 4326 }],
    ['1,2,3,4,urn:ogc:def:crs:EPSG::4326', { ...rules, rule: 'xy' }, { boxes: [box], srid: 4326 }],
    ['2,1,4,3', { rule: 'form', defaultSrid: 4326, defaultFlip: true }, { boxes: [box], srid: 4326 }],
    ['1,2,1,2', rules, { boxes: [{ minX: 1, minY: 2, maxX: 1, maxY: 2 }], srid: 2154 }],
    [
      '170,-10,-170,10,CRS:84',
      rules,
      {
        boxes: [
          { minX: 170, minY: -10, maxX: 180, maxY: 10 },
          { minX: -180, minY: -10, maxX: -170, maxY: 10 },
        ],
        srid: 4326,
      },
    ],
  ])('%s', (text, how, expected) => expect(readBoxes(text, { ...rules, ...how }, 'BBOX')).toEqual(expected));

  test.each(crsList.map(crs => [crs.code, crs.northFirst] as const))('EPSG:%i as a URN', (code, flip) => {
    expect(readBoxes(flip ? `2,1,4,3,urn:ogc:def:crs:EPSG::${code}` : `1,2,3,4,urn:ogc:def:crs:EPSG::${code}`, rules, 'BBOX')).toEqual({
      boxes: [box],
      srid: code,
    });
  });

  test('is a filter on the geometry of the type', () => {
    expect(readBbox('1,2,3,4', rules)).toEqual({
      op: 'spatial',
      operator: 'bbox',
      property: null,
      geometry: {
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [1, 2],
              [3, 2],
              [3, 4],
              [1, 4],
              [1, 2],
            ],
          ],
        },
        srid: 2154,
      },
    });
    expect(readBbox('170,-10,-170,10,CRS:84', rules)).toMatchObject({ op: 'or' });
  });

  test.each([
    '',
    '1,2,3',
    '1,2,3,NaN',
    '1,2,3,1e999',
    '1,2,3,',
    'a,b,c,d',
    '3,2,1,4',
    '1,4,3,2',
    '1,2,3,4,5,6,7,8',
    '170,4,-170,2,CRS:84',
    '190,2,10,4,CRS:84',
    '1 2 3 4',
    `${'1'.repeat(100_000)},2,3,4`,
  ])('%s is refused', text => expect(faultOf(() => readBbox(text, rules, 'bbox'))).toBe('invalid-value@bbox'));
  test('an unknown CRS', () => expect(faultOf(() => readBbox('1,2,3,4,EPSG:1', rules))).toBe('invalid-crs@BBOX'));
});

test('lists of ids', () => {
  expect(readIds('arbres.1, arbres.2', 'RESOURCEID')).toEqual({ op: 'ids', ids: ['arbres.1', 'arbres.2'] });
  expect(faultOf(() => readIds('', 'RESOURCEID'))).toBe('invalid-value@RESOURCEID');
  expect(faultOf(() => readIds('a.1,,a.2', 'RESOURCEID'))).toBe('invalid-value@RESOURCEID');
  expect(faultOf(() => readIds('a.1,'.repeat(10_000) + 'a.1', 'RESOURCEID'))).toBe('too-large@RESOURCEID');
});

test('property=value', () => {
  expect(equality('nom', '01004')).toEqual({
    op: 'compare',
    operator: '=',
    left: { kind: 'property', name: 'nom' },
    right: { kind: 'literal', value: '01004' },
    matchCase: true,
  });
  expect(faultOf(() => equality('nom[2]', 'x'))).toBe('invalid-value@nom[2]');
});

describe('D4: ids', () => {
  test.each([
    ['12', '12'],
    ['92002-A.1_b', '92002-A.1_b'],
    ['rue de l’eau', 'rue_x0020_de_x0020_l_x2019_eau'],
    ['a:b/c', 'a_x003A_b_x002F_c'],
    ['été', 'été'],
    ['a_x0041_b', 'a_x005F_x0041_b'],
    ['𝄞', '_xD834__xDD1E_'],
  ])('%s', (key, encoded) => {
    expect(encodeKey(key)).toBe(encoded);
    expect(decodeKey(encoded)).toBe(key);
  });

  test('every key is read back and is an NCName behind its stem', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), key => {
        expect(decodeKey(encodeKey(key))).toBe(key);
        expect(readXml(`<stem.${encodeKey(key)}/>`)).toMatchObject({ name: `stem.${encodeKey(key)}`, prefix: '' });
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['arbres.12', '12'],
    ['arbres.-3', '-3'],
    ['arbres.0', '0'],
    ['arbres.9223372036854775807', '9223372036854775807'],
    ['arbres.9223372036854775808', undefined],
    ['arbres.012', undefined],
    ['arbres.1.0', undefined],
    ['arbres. 1', undefined],
    ['arbres.', undefined],
    ['arbres', undefined],
    ['rues.12', undefined],
    ['arbres2.12', undefined],
    ['12', undefined],
  ])('%s has the integer key %s', (id, key) => expect(keyOf(trees, id)).toBe(key));

  test.each([
    ['arbres.a_x0020_b', 'a b'],
    ['arbres.a.b', 'a.b'],
    ['arbres._x0000_', undefined],
    ['arbres.', undefined],
  ])('%s has the text key %j', (id, key) => expect(keyOf(withTextKey, id)).toBe(key));
});

test('an escape at the end of a pattern stands for itself', () => {
  expect(likePattern('a\\', sqlWildcards)).toEqual([{ text: 'a\\' }]);
});
