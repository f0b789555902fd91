import { crsList } from '../../server/core/model/crs';
import { Budget } from '../../server/core/filter/budget';
import { readGeometry, type CoordinateRules } from '../../server/core/filter/gml-read';
import { readXml } from '../../server/core/xml/read';
import { faultOf } from './world';

const plain: CoordinateRules = { rule: 'form', defaultSrid: 2154, defaultFlip: false };
const declared = { gml: 'http://www.opengis.net/gml/3.2' };

const read = (text: string, rules = plain, namespaces: Record<string, string> = declared) =>
  readGeometry(readXml(text, { namespaces }), rules, new Budget('Filter'));
const shape = (text: string) => read(text).geometry;

const ring = (numbers: string) => `<gml:LinearRing><gml:posList>${numbers}</gml:posList></gml:LinearRing>`;
const square = '0 0 4 0 4 4 0 4 0 0';
const hole = '1 1 2 1 2 2 1 1';
const outer = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
  [0, 0],
];
const inner = [
  [1, 1],
  [2, 1],
  [2, 2],
  [1, 1],
];
const line = (numbers: string) => `<gml:LineString><gml:posList>${numbers}</gml:posList></gml:LineString>`;
const polygon = `<gml:Polygon><gml:exterior>${ring(square)}</gml:exterior><gml:interior>${ring(hole)}</gml:interior></gml:Polygon>`;
const segment = (numbers: string) => `<gml:LineStringSegment><gml:posList>${numbers}</gml:posList></gml:LineStringSegment>`;
const patch = (numbers: string) => `<gml:PolygonPatch><gml:exterior>${ring(numbers)}</gml:exterior></gml:PolygonPatch>`;
const point = '<gml:Point><gml:pos>1 2</gml:pos></gml:Point>';

describe('geometries', () => {
  test.each<[string, string, unknown]>([
    ['Point', point, { type: 'Point', coordinates: [1, 2] }],
    ['Point of GML 2', '<gml:Point><gml:coordinates>1,2</gml:coordinates></gml:Point>', { type: 'Point', coordinates: [1, 2] }],
    [
      'Point with coord',
      '<gml:Point><gml:coord><gml:X>1</gml:X><gml:Y>-2e1</gml:Y></gml:coord></gml:Point>',
      { type: 'Point', coordinates: [1, -20] },
    ],
    [
      'Point of three numbers',
      '<gml:Point srsDimension="3"><gml:pos>1 2 3</gml:pos></gml:Point>',
      { type: 'Point', coordinates: [1, 2, 3] },
    ],
    [
      'Point of three numbers that does not say so',
      '<gml:Point><gml:pos>1 2 3</gml:pos></gml:Point>',
      { type: 'Point', coordinates: [1, 2, 3] },
    ],
    [
      'LineString',
      line('1 2\n 3\t4'),
      {
        type: 'LineString',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    [
      'LineString of pos',
      '<gml:LineString><gml:pos>1 2</gml:pos><gml:pos>3 4</gml:pos></gml:LineString>',
      {
        type: 'LineString',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    [
      'coordinates with their own signs',
      '<gml:LineString><gml:coordinates ts=";" cs=" " decimal=",">1,5 2;3 4</gml:coordinates></gml:LineString>',
      {
        type: 'LineString',
        coordinates: [
          [1.5, 2],
          [3, 4],
        ],
      },
    ],
    [
      'posList of three',
      `<gml:LineString srsDimension="3"><gml:posList>1 2 9 3 4 9</gml:posList></gml:LineString>`,
      {
        type: 'LineString',
        coordinates: [
          [1, 2, 9],
          [3, 4, 9],
        ],
      },
    ],
    [
      'Curve',
      `<gml:Curve><gml:segments>${segment('0 0 1 1')}${segment('1 1 2 0')}</gml:segments></gml:Curve>`,
      {
        type: 'LineString',
        coordinates: [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
      },
    ],
    [
      'CompositeCurve',
      `<gml:CompositeCurve><gml:curveMember>${line('0 0 1 1')}</gml:curveMember><gml:curveMember>${line('1 1 2 0')}</gml:curveMember></gml:CompositeCurve>`,
      {
        type: 'LineString',
        coordinates: [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
      },
    ],
    ['LinearRing', ring(square), { type: 'LineString', coordinates: outer }],
    ['Polygon with a hole', polygon, { type: 'Polygon', coordinates: [outer, inner] }],
    [
      'Polygon of GML 2',
      '<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>0,0 4,0 4,4 0,4 0,0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>',
      { type: 'Polygon', coordinates: [outer] },
    ],
    [
      'Polygon with a Ring of curves',
      `<gml:Polygon><gml:exterior><gml:Ring><gml:curveMember>${line('0 0 4 0 4 4')}</gml:curveMember><gml:curveMember>${line('4 4 0 4 0 0')}</gml:curveMember></gml:Ring></gml:exterior></gml:Polygon>`,
      { type: 'Polygon', coordinates: [outer] },
    ],
    [
      'Surface of one patch',
      `<gml:Surface><gml:patches>${patch(square)}</gml:patches></gml:Surface>`,
      { type: 'Polygon', coordinates: [outer] },
    ],
    [
      'Surface of two',
      `<gml:Surface><gml:patches>${patch(square)}${patch(hole)}</gml:patches></gml:Surface>`,
      { type: 'MultiPolygon', coordinates: [[outer], [inner]] },
    ],
    [
      'CompositeSurface',
      `<gml:CompositeSurface><gml:surfaceMember>${polygon}</gml:surfaceMember></gml:CompositeSurface>`,
      { type: 'Polygon', coordinates: [outer, inner] },
    ],
    [
      'MultiPoint',
      `<gml:MultiPoint><gml:pointMember>${point}</gml:pointMember><gml:pointMembers>${point}${point}</gml:pointMembers></gml:MultiPoint>`,
      {
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [1, 2],
          [1, 2],
        ],
      },
    ],
    [
      'MultiCurve',
      `<gml:MultiCurve><gml:curveMember>${line('0 0 1 1')}</gml:curveMember></gml:MultiCurve>`,
      {
        type: 'MultiLineString',
        coordinates: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
    ],
    [
      'MultiLineString',
      `<gml:MultiLineString><gml:lineStringMember>${line('0 0 1 1')}</gml:lineStringMember></gml:MultiLineString>`,
      {
        type: 'MultiLineString',
        coordinates: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
    ],
    [
      'MultiSurface',
      `<gml:MultiSurface><gml:surfaceMember>${polygon}</gml:surfaceMember><gml:surfaceMembers>${polygon}</gml:surfaceMembers></gml:MultiSurface>`,
      {
        type: 'MultiPolygon',
        coordinates: [
          [outer, inner],
          [outer, inner],
        ],
      },
    ],
    [
      'MultiPolygon',
      `<gml:MultiPolygon><gml:polygonMember>${polygon}</gml:polygonMember></gml:MultiPolygon>`,
      { type: 'MultiPolygon', coordinates: [[outer, inner]] },
    ],
    [
      'MultiGeometry',
      `<gml:MultiGeometry><gml:geometryMember>${point}</gml:geometryMember><gml:geometryMembers>${line('0 0 1 1')}</gml:geometryMembers></gml:MultiGeometry>`,
      {
        type: 'GeometryCollection',
        geometries: [
          { type: 'Point', coordinates: [1, 2] },
          {
            type: 'LineString',
            coordinates: [
              [0, 0],
              [1, 1],
            ],
          },
        ],
      },
    ],
    [
      'Envelope',
      '<gml:Envelope><gml:lowerCorner>0 0</gml:lowerCorner><gml:upperCorner>4 4</gml:upperCorner></gml:Envelope>',
      { type: 'Polygon', coordinates: [outer] },
    ],
    [
      'Envelope of heights',
      '<gml:Envelope srsDimension="3"><gml:lowerCorner>0 0 7</gml:lowerCorner><gml:upperCorner>4 4 8</gml:upperCorner></gml:Envelope>',
      { type: 'Polygon', coordinates: [outer] },
    ],
    [
      'Envelope of pos',
      '<gml:Envelope><gml:pos>0 0</gml:pos><gml:pos>4 4</gml:pos></gml:Envelope>',
      { type: 'Polygon', coordinates: [outer] },
    ],
    ['Box', '<gml:Box><gml:coordinates>0,0 4,4</gml:coordinates></gml:Box>', { type: 'Polygon', coordinates: [outer] }],
    [
      'Box of coord',
      '<gml:Box><gml:coord><gml:X>0</gml:X><gml:Y>0</gml:Y></gml:coord><gml:coord><gml:X>4</gml:X><gml:Y>4</gml:Y></gml:coord></gml:Box>',
      { type: 'Polygon', coordinates: [outer] },
    ],
    [
      'metadata beside the members',
      `<gml:MultiPoint gml:id="m"><gml:description>x</gml:description><gml:pointMember>${point}</gml:pointMember></gml:MultiPoint>`,
      { type: 'MultiPoint', coordinates: [[1, 2]] },
    ],
  ])('%s', (_, text, expected) => {
    expect(shape(text)).toEqual(expected);
    // GML 3.1.1 and 2.1.2 share one namespace
    expect(read(text, plain, { gml: 'http://www.opengis.net/gml' }).geometry).toEqual(expected);
  });
});

describe('refused geometries', () => {
  test.each<[string, string]>([
    ['another namespace', '<Point xmlns="urn:x"><pos>1 2</pos></Point>'],
    ['an unknown geometry', '<gml:Sphere/>'],
    ['a solid', '<gml:Solid/>'],
    ['an arc', '<gml:Curve><gml:segments><gml:Arc><gml:posList>0 0 1 1 2 0</gml:posList></gml:Arc></gml:segments></gml:Curve>'],
    ['a curve without segments', '<gml:Curve/>'],
    ['segments that do not touch', `<gml:Curve><gml:segments>${segment('0 0 1 1')}${segment('2 2 3 3')}</gml:segments></gml:Curve>`],
    ['no position', '<gml:Point/>'],
    ['an empty pos', '<gml:Point><gml:pos/></gml:Point>'],
    ['two positions of a point', '<gml:Point><gml:pos>1 2</gml:pos><gml:pos>1 2</gml:pos></gml:Point>'],
    ['one number', '<gml:Point><gml:pos>1</gml:pos></gml:Point>'],
    ['four numbers', '<gml:Point><gml:pos>1 2 3 4</gml:pos></gml:Point>'],
    ['NaN', '<gml:Point><gml:pos>NaN 2</gml:pos></gml:Point>'],
    ['INF', '<gml:Point><gml:pos>1 INF</gml:pos></gml:Point>'],
    ['1e999', '<gml:Point><gml:pos>1e999 2</gml:pos></gml:Point>'],
    ['hexadecimal', '<gml:Point><gml:pos>0x10 2</gml:pos></gml:Point>'],
    ['a word', '<gml:Point><gml:pos>a b</gml:pos></gml:Point>'],
    ['commas in pos', '<gml:Point><gml:pos>1,2</gml:pos></gml:Point>'],
    ['half a million digits', `<gml:Point><gml:pos>${'1'.repeat(500_000)}x 2</gml:pos></gml:Point>`],
    ['an odd posList', line('1 2 3')],
    ['a posList of one position', line('1 2')],
    ['srsDimension 4', '<gml:LineString srsDimension="4"><gml:posList>1 2 3 4 5 6 7 8</gml:posList></gml:LineString>'],
    ['a ring that is not closed', `<gml:Polygon><gml:exterior>${ring('0 0 4 0 4 4 0 4')}</gml:exterior></gml:Polygon>`],
    ['a ring of three positions', `<gml:Polygon><gml:exterior>${ring('0 0 4 0 0 0')}</gml:exterior></gml:Polygon>`],
    ['a polygon without exterior', '<gml:Polygon/>'],
    [
      'two exteriors',
      `<gml:Polygon><gml:exterior>${ring(square)}</gml:exterior><gml:exterior>${ring(square)}</gml:exterior></gml:Polygon>`,
    ],
    ['a line as a ring', `<gml:Polygon><gml:exterior>${line(square)}</gml:exterior></gml:Polygon>`],
    ['an empty collection', '<gml:MultiSurface/>'],
    ['a collection by reference', '<gml:MultiSurface><gml:surfaceMember/></gml:MultiSurface>'],
    ['a stranger among the members', `<gml:MultiPoint><gml:curveMember>${point}</gml:curveMember></gml:MultiPoint>`],
    ['a line among points', `<gml:MultiPoint><gml:pointMember>${line('0 0 1 1')}</gml:pointMember></gml:MultiPoint>`],
    ['an envelope of one corner', '<gml:Envelope><gml:lowerCorner>0 0</gml:lowerCorner></gml:Envelope>'],
    [
      'an envelope upside down',
      '<gml:Envelope><gml:lowerCorner>4 4</gml:lowerCorner><gml:upperCorner>0 0</gml:upperCorner></gml:Envelope>',
    ],
    ['signs that are the same', '<gml:Point><gml:coordinates cs="." decimal=".">1.2</gml:coordinates></gml:Point>'],
    [
      'two CRSs',
      `<gml:MultiPoint srsName="EPSG:2154"><gml:pointMember><gml:Point srsName="EPSG:4326"><gml:pos>1 2</gml:pos></gml:Point></gml:pointMember></gml:MultiPoint>`,
    ],
    [
      'two orders',
      `<gml:MultiPoint srsName="urn:ogc:def:crs:EPSG::4326"><gml:pointMember><gml:Point srsName="EPSG:4326"><gml:pos>1 2</gml:pos></gml:Point></gml:pointMember></gml:MultiPoint>`,
    ],
  ])('%s', (_, text) => expect(faultOf(() => read(text))).toBe('invalid-value@Filter'));

  test('SEC10: 50,000 positions', () => {
    const positions = (count: number) => line(Array.from({ length: count }, (_, i) => `${i} 0`).join(' '));
    expect(faultOf(() => read(positions(50_000)))).toBe('no fault');
    expect(faultOf(() => read(positions(50_001)))).toBe('too-large@Filter');
  });
});

describe('axis order', () => {
  const northFirst = new Set([4326, 4258, 4171, 3035]);
  const forms: [string, (code: number) => string, boolean][] = [
    ['EPSG:n', code => `EPSG:${code}`, false],
    ['epsg.xml#n', code => `http://www.opengis.net/gml/srs/epsg.xml#${code}`, false],
    ['URN', code => `urn:ogc:def:crs:EPSG::${code}`, true],
    ['URN with a version', code => `urn:x-ogc:def:crs:EPSG:6.11:${code}`, true],
    ['URI', code => `http://www.opengis.net/def/crs/EPSG/0/${code}`, true],
  ];
  const cases = crsList.flatMap(crs =>
    forms.flatMap(([form, name, crsOrder]) =>
      (['form', 'crs-order', 'xy'] as const).map(rule => {
        const flip = northFirst.has(crs.code) && (rule === 'crs-order' || (rule === 'form' && crsOrder));
        return [crs.code, form, rule, flip ? [2, 1] : [1, 2], name(crs.code)] as const;
      }),
    ),
  );
  test.each(cases)('EPSG:%i as %s under the rule %s reads "1 2" as %j', (code, _, rule, expected, srsName) => {
    const { geometry, srid } = read(`<gml:Point srsName="${srsName}"><gml:pos>1 2</gml:pos></gml:Point>`, { ...plain, rule });
    expect(srid).toBe(code);
    expect(geometry).toEqual({ type: 'Point', coordinates: expected });
  });

  test.each(['CRS:84', 'OGC:CRS84', 'urn:ogc:def:crs:OGC:1.3:CRS84', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'])(
    '%s never flips',
    srsName => {
      for (const rule of ['form', 'crs-order', 'xy'] as const)
        expect(read(`<gml:Point srsName="${srsName}"><gml:pos>1 2</gml:pos></gml:Point>`, { ...plain, rule })).toEqual({
          geometry: { type: 'Point', coordinates: [1, 2] },
          srid: 4326,
        });
    },
  );

  test('without srsName the default decides', () => {
    const envelope = '<gml:Envelope><gml:lowerCorner>48 2</gml:lowerCorner><gml:upperCorner>49 3</gml:upperCorner></gml:Envelope>';
    const { geometry, srid } = read(envelope, { rule: 'form', defaultSrid: 4326, defaultFlip: true });
    expect(srid).toBe(4326);
    expect(geometry).toEqual({
      type: 'Polygon',
      coordinates: [
        [
          [2, 48],
          [3, 48],
          [3, 49],
          [2, 49],
          [2, 48],
        ],
      ],
    });
    expect(read(point, { rule: 'form', defaultSrid: 4326, defaultFlip: false }).geometry).toEqual({ type: 'Point', coordinates: [1, 2] });
  });

  test('srsName may stand on the members alone, and heights do not turn', () => {
    const member = '<gml:Point srsName="urn:ogc:def:crs:EPSG::4326" srsDimension="3"><gml:pos>48 2 100</gml:pos></gml:Point>';
    expect(read(`<gml:MultiPoint><gml:pointMember>${member}</gml:pointMember></gml:MultiPoint>`)).toEqual({
      geometry: { type: 'MultiPoint', coordinates: [[2, 48, 100]] },
      srid: 4326,
    });
  });

  test('an unknown CRS is a fault', () => {
    expect(faultOf(() => read('<gml:Point srsName="EPSG:32690"><gml:pos>1 2</gml:pos></gml:Point>'))).toBe('invalid-crs@Filter');
  });
});
