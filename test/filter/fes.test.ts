import { readFilterText } from '../../server/core/filter/fes';
import type { Filter } from '../../server/core/filter/filter';
import { readXml } from '../../server/core/xml/read';
import { readFilter } from '../../server/core/filter/fes';
import { faultOf, fes, fes20, filter10, filter11, kindOf, ogc } from './world';

const prop = (name: string) => ({ kind: 'property', name }) as const;
const lit = (value: string) => ({ kind: 'literal', value }) as const;
const ref = (name: string) => `<fes:ValueReference>${name}</fes:ValueReference>`;
const literal = (value: string) => `<fes:Literal>${value}</fes:Literal>`;
const eq = `<fes:PropertyIsEqualTo>${ref('nom')}${literal('a')}</fes:PropertyIsEqualTo>`;
const equal: Filter = { op: 'compare', operator: '=', left: prop('nom'), right: lit('a'), matchCase: true };

describe('comparison operators (FES 2.0 § 7.7)', () => {
  test.each([
    ['PropertyIsEqualTo', '='],
    ['PropertyIsNotEqualTo', '<>'],
    ['PropertyIsLessThan', '<'],
    ['PropertyIsLessThanOrEqualTo', '<='],
    ['PropertyIsGreaterThan', '>'],
    ['PropertyIsGreaterThanOrEqualTo', '>='],
  ])('%s', (name, operator) => {
    const expected = { ...equal, operator, right: lit('01004') };
    expect(fes(`<fes:${name}>${ref('antony:nom')}${literal('01004')}</fes:${name}>`)).toEqual(expected);
    const old = `<ogc:${name}><ogc:PropertyName>nom</ogc:PropertyName><ogc:Literal>01004</ogc:Literal></ogc:${name}>`;
    expect(ogc(old)).toEqual(expected);
    expect(ogc(old, filter10)).toEqual(expected);
  });

  test('the literal may stand first, and two properties or two literals may be compared', () => {
    const form = (a: string, b: string) => fes(`<fes:PropertyIsLessThan>${a}${b}</fes:PropertyIsLessThan>`);
    expect(form(literal('5'), ref('etages'))).toMatchObject({ operator: '<', left: lit('5'), right: prop('etages') });
    expect(form(ref('etages'), ref('population'))).toMatchObject({ left: prop('etages'), right: prop('population') });
    expect(form(literal('1'), literal('2'))).toMatchObject({ left: lit('1'), right: lit('2') });
  });

  test('matchCase and matchAction', () => {
    const form = (attributes: string) => fes(`<fes:PropertyIsEqualTo ${attributes}>${ref('nom')}${literal('a')}</fes:PropertyIsEqualTo>`);
    expect(form('matchCase="false"')).toEqual({ ...equal, matchCase: false });
    expect(form('matchCase="1" matchAction="All"')).toEqual({ ...equal, matchAction: 'All' });
    expect(faultOf(() => form('matchCase="no"'))).toBe('invalid-value@Filter');
    expect(faultOf(() => form('matchAction="Some"'))).toBe('invalid-value@Filter');
  });

  test('PropertyIsNull and PropertyIsNil are one', () => {
    for (const name of ['PropertyIsNull', 'PropertyIsNil'])
      expect(fes(`<fes:${name}>${ref('nom')}</fes:${name}>`)).toEqual({ op: 'null', property: 'nom' });
  });

  test('PropertyIsBetween', () => {
    const bounds = `<fes:LowerBoundary>${literal('1')}</fes:LowerBoundary><fes:UpperBoundary>${ref('population')}</fes:UpperBoundary>`;
    expect(fes(`<fes:PropertyIsBetween>${ref('etages')}${bounds}</fes:PropertyIsBetween>`)).toEqual({
      op: 'between',
      property: 'etages',
      lower: lit('1'),
      upper: prop('population'),
    });
    expect(kindOf(() => fes(`<fes:PropertyIsBetween>${ref('etages')}</fes:PropertyIsBetween>`))).toBe('malformed');
    expect(kindOf(() => fes(`<fes:PropertyIsBetween>${literal('2')}${bounds}</fes:PropertyIsBetween>`))).toBe('invalid-value');
  });

  test.each<[string, string, unknown[]]>([
    ['wildCard="*" singleChar="?" escapeChar="!"', 'a*b?c', [{ text: 'a' }, 'any', { text: 'b' }, 'one', { text: 'c' }]],
    ['wildCard="%" singleChar="_" escapeChar="\\"', '100\\%_\\\\%', [{ text: '100%' }, 'one', { text: '\\' }, 'any']],
    ['wildCard="*" singleChar="." escapeChar="!"', '%_.*[a-z]', [{ text: '%_' }, 'one', 'any', { text: '[a-z]' }]],
    ['wildCard="*" singleChar="?" escapeChar="!"', '***a!', ['any', { text: 'a!' }]],
    ['wildCard="*" singleChar="?" escapeChar="!"', '', []],
    ['wildCard="𝄞" singleChar="é" escapeChar="!"', '𝄞aé!𝄞', ['any', { text: 'a' }, 'one', { text: '𝄞' }]],
    ['', 'a*%', [{ text: 'a*%' }]],
  ])('PropertyIsLike %s %s', (attributes, pattern, tokens) => {
    expect(fes(`<fes:PropertyIsLike ${attributes}>${ref('nom')}${literal(pattern)}</fes:PropertyIsLike>`)).toEqual({
      op: 'like',
      property: 'nom',
      pattern: tokens,
      matchCase: true,
    });
  });

  test('Filter 1.0 calls the escape character escape; 1.1 may ignore case', () => {
    const inside = '<ogc:PropertyName>nom</ogc:PropertyName><ogc:Literal>a!**</ogc:Literal>';
    const like = (attributes: string, rules = {}) => ogc(`<ogc:PropertyIsLike ${attributes}>${inside}</ogc:PropertyIsLike>`, rules);
    const pattern = [{ text: 'a*' }, 'any'];
    expect(like('wildCard="*" singleChar="#" escape="!"', filter10)).toMatchObject({ pattern, matchCase: true });
    expect(like('wildCard="*" singleChar="#" escapeChar="!" matchCase="false"')).toMatchObject({ pattern, matchCase: false });
  });
});

describe('logical operators (FES 2.0 § 7.10)', () => {
  test('any depth, order kept', () => {
    const b: Filter = { op: 'null', property: 'code' };
    const isNull = `<fes:PropertyIsNull>${ref('code')}</fes:PropertyIsNull>`;
    expect(fes(`<fes:And>${eq}<fes:Or>${isNull}<fes:Not>${eq}</fes:Not></fes:Or></fes:And>`)).toEqual({
      op: 'and',
      parts: [equal, { op: 'or', parts: [b, { op: 'not', part: equal }] }],
    });
  });

  test('operands are counted', () => {
    expect(faultOf(() => fes('<fes:And/>'))).toBe('malformed@Filter');
    expect(faultOf(() => fes(`<fes:Not>${eq}${eq}</fes:Not>`))).toBe('malformed@Filter');
    expect(faultOf(() => fes(`<fes:PropertyIsEqualTo>${ref('nom')}</fes:PropertyIsEqualTo>`))).toBe('malformed@Filter');
    expect(faultOf(() => fes(''))).toBe('malformed@Filter');
    expect(faultOf(() => fes(eq + eq))).toBe('malformed@Filter');
  });

  test('SEC10: depth and number of operators', () => {
    const nested = (depth: number) => '<fes:Not>'.repeat(depth - 1) + eq + '</fes:Not>'.repeat(depth - 1);
    expect(kindOf(() => fes(nested(50)))).toBe('no fault');
    expect(faultOf(() => fes(nested(51)))).toBe('too-large@Filter');
    expect(kindOf(() => fes(`<fes:Or>${eq.repeat(999)}</fes:Or>`))).toBe('no fault');
    expect(faultOf(() => fes(`<fes:Or>${eq.repeat(1000)}</fes:Or>`))).toBe('too-large@Filter');
  });
});

const point = '<gml:Point srsName="EPSG:2154"><gml:pos>1 2</gml:pos></gml:Point>';
const located = { geometry: { type: 'Point', coordinates: [1, 2] }, srid: 2154 };

describe('spatial operators (FES 2.0 § 7.8)', () => {
  test.each(['Equals', 'Disjoint', 'Intersects', 'Touches', 'Crosses', 'Within', 'Contains', 'Overlaps'])('%s', name => {
    const expected = { op: 'spatial', operator: name.toLowerCase(), property: 'geom', geometry: located };
    expect(fes(`<fes:${name}>${ref('antony:geom')}${point}</fes:${name}>`)).toEqual(expected);
    expect(ogc(`<ogc:${name}><ogc:PropertyName>geom</ogc:PropertyName>${point}</ogc:${name}>`)).toEqual(expected);
  });

  test('a geometry that stands first turns Within and Contains round', () => {
    for (const [name, operator] of [
      ['Within', 'contains'],
      ['Contains', 'within'],
      ['Touches', 'touches'],
    ])
      expect(fes(`<fes:${name}>${point}${ref('geom')}</fes:${name}>`)).toMatchObject({ operator, property: 'geom' });
    expect(fes(`<fes:Within>${ref('geom')}<fes:Literal>${point}</fes:Literal></fes:Within>`)).toMatchObject({ operator: 'within' });
  });

  test('BBOX, with and without a property, of an Envelope and of a Box', () => {
    const box = {
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
    };
    const envelope = '<gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>';
    const expected = { op: 'spatial', operator: 'bbox', property: 'geom', geometry: { geometry: box, srid: 2154 } };
    expect(fes(`<fes:BBOX>${ref('antony:arbres/antony:geom')}${envelope}</fes:BBOX>`)).toEqual(expected);
    expect(fes(`<fes:BBOX>${envelope}</fes:BBOX>`)).toEqual({ ...expected, property: null });
    expect(ogc(`<ogc:BBOX>${envelope}</ogc:BBOX>`)).toEqual({ ...expected, property: null });
    const coordinates = '<gml:Box srsName="EPSG:2154"><gml:coordinates>1,2 3,4</gml:coordinates></gml:Box>';
    expect(ogc(`<ogc:BBOX><ogc:PropertyName>geom</ogc:PropertyName>${coordinates}</ogc:BBOX>`, filter10)).toEqual(expected);
  });

  test.each<[string, number]>([
    ['uom="m"', 10],
    ['uom="metre"', 10],
    ['units="meters"', 10],
    ['uom="km"', 10_000],
    ['uom="ft"', 3.048],
    ['uom="urn:ogc:def:uom:EPSG::9001"', 10],
    ['uom="urn:ogc:def:uom:UCUM::km"', 10_000],
    ['uom="http://www.opengis.net/def/uom/UCUM/0/m"', 10],
    ['uom="#m"', 10],
    ['uom="nautical miles"', 18_520],
    ['', 10],
  ])('DWithin and Beyond, Distance %s', (unit, metres) => {
    for (const name of ['DWithin', 'Beyond']) {
      const filter = fes(`<fes:${name}>${ref('geom')}${point}<fes:Distance ${unit}>10</fes:Distance></fes:${name}>`);
      expect(filter).toEqual({
        op: 'spatial',
        operator: name.toLowerCase(),
        property: 'geom',
        geometry: located,
        distance: expect.closeTo(metres, 6),
      });
    }
  });

  test('a degree is that of a great circle, also where no unit is written beside geographic coordinates', () => {
    const lonLat = '<gml:Point srsName="EPSG:4326"><gml:pos>2 48</gml:pos></gml:Point>';
    for (const unit of ['uom="degree"', 'uom="urn:ogc:def:uom:EPSG::9102"', ''])
      expect(fes(`<fes:DWithin>${ref('geom')}${lonLat}<fes:Distance ${unit}>1</fes:Distance></fes:DWithin>`)).toMatchObject({
        distance: expect.closeTo(111_195, 0),
      });
  });

  test.each<[string, string, string]>([
    [
      'an unknown unit',
      `<fes:DWithin>${ref('geom')}${point}<fes:Distance uom="parsec">1</fes:Distance></fes:DWithin>`,
      'invalid-value@Filter',
    ],
    [
      'a unit named like a method',
      `<fes:DWithin>${ref('geom')}${point}<fes:Distance uom="constructor">1</fes:Distance></fes:DWithin>`,
      'invalid-value@Filter',
    ],
    [
      'a negative distance',
      `<fes:DWithin>${ref('geom')}${point}<fes:Distance uom="m">-1</fes:Distance></fes:DWithin>`,
      'invalid-value@Filter',
    ],
    ['NaN', `<fes:DWithin>${ref('geom')}${point}<fes:Distance uom="m">NaN</fes:Distance></fes:DWithin>`, 'invalid-value@Filter'],
    ['1e999', `<fes:DWithin>${ref('geom')}${point}<fes:Distance uom="m">1e999</fes:Distance></fes:DWithin>`, 'invalid-value@Filter'],
    ['no distance', `<fes:DWithin>${ref('geom')}${point}</fes:DWithin>`, 'malformed@Filter'],
    ['no property', `<fes:Within>${point}</fes:Within>`, 'malformed@Filter'],
    ['no geometry', `<fes:Within>${ref('geom')}</fes:Within>`, 'malformed@Filter'],
    ['two properties', `<fes:Within>${ref('a')}${ref('b')}</fes:Within>`, 'unsupported@Filter'],
    ['no GML', `<fes:Within>${ref('geom')}<fes:Literal>POINT(1 2)</fes:Literal></fes:Within>`, 'invalid-value@Filter'],
    [
      'an unknown CRS',
      `<fes:Within>${ref('geom')}<gml:Point srsName="EPSG:32690"><gml:pos>1 2</gml:pos></gml:Point></fes:Within>`,
      'invalid-crs@Filter',
    ],
  ])('%s is refused', (_, inside, expected) => expect(faultOf(() => fes(inside))).toBe(expected));
});

describe('temporal operators (FES 2.0 § 7.9)', () => {
  const names: [string, string, string][] = [
    ['After', 'after', 'before'],
    ['Before', 'before', 'after'],
    ['Begins', 'begins', 'begunBy'],
    ['BegunBy', 'begunBy', 'begins'],
    ['TContains', 'tContains', 'during'],
    ['During', 'during', 'tContains'],
    ['EndedBy', 'endedBy', 'ends'],
    ['Ends', 'ends', 'endedBy'],
    ['TEquals', 'tEquals', 'tEquals'],
    ['Meets', 'meets', 'metBy'],
    ['MetBy', 'metBy', 'meets'],
    ['TOverlaps', 'tOverlaps', 'overlappedBy'],
    ['OverlappedBy', 'overlappedBy', 'tOverlaps'],
    ['AnyInteracts', 'anyInteracts', 'anyInteracts'],
  ];
  const period =
    '<gml:TimePeriod gml:id="p"><gml:beginPosition>2010-01</gml:beginPosition><gml:endPosition>2011</gml:endPosition></gml:TimePeriod>';
  test.each(names)('%s', (name, operator, inverse) => {
    const expected = { op: 'temporal', operator, property: 'plante', period: { begin: '2010-01', end: '2011' } };
    expect(fes(`<fes:${name}>${ref('antony:plante')}${period}</fes:${name}>`)).toEqual(expected);
    expect(fes(`<fes:${name}>${period}${ref('plante')}</fes:${name}>`)).toEqual({ ...expected, operator: inverse });
    // OpenLayers writes them into Filter 1.1
    expect(ogc(`<ogc:${name}><ogc:PropertyName>plante</ogc:PropertyName>${period}</ogc:${name}>`)).toEqual(expected);
  });

  test.each<[string, string, { begin: string; end: string }]>([
    [
      'TimeInstant',
      '<gml:TimeInstant gml:id="i"><gml:timePosition> 2010-05-01 </gml:timePosition></gml:TimeInstant>',
      { begin: '2010-05-01', end: '2010-05-01' },
    ],
    ['Literal with text', literal('2010-05-01T12:00:00Z'), { begin: '2010-05-01T12:00:00Z', end: '2010-05-01T12:00:00Z' }],
    ['Literal with a period', `<fes:Literal>${period}</fes:Literal>`, { begin: '2010-01', end: '2011' }],
    [
      'begin and end with instants',
      '<gml:TimePeriod gml:id="p"><gml:begin><gml:TimeInstant gml:id="a"><gml:timePosition>2010</gml:timePosition></gml:TimeInstant></gml:begin><gml:endPosition indeterminatePosition="unknown"/></gml:TimePeriod>',
      { begin: '2010', end: '..' },
    ],
  ])('%s', (_, operand, expected) =>
    expect(fes(`<fes:During>${ref('plante')}${operand}</fes:During>`)).toMatchObject({ period: expected }),
  );

  test.each([
    '<gml:TimePeriod gml:id="p"><gml:beginPosition>2010</gml:beginPosition></gml:TimePeriod>',
    '<gml:TimePeriod gml:id="p"><gml:beginPosition>2010</gml:beginPosition><gml:endPosition indeterminatePosition="now"/></gml:TimePeriod>',
    '<gml:TimeInstant gml:id="i"/>',
    '<gml:TimeInstant gml:id="i"><gml:timePosition/></gml:TimeInstant>',
    point,
  ])('%s is refused', operand =>
    expect(faultOf(() => fes(`<fes:During>${ref('plante')}${operand}</fes:During>`))).toBe('invalid-value@Filter'),
  );
});

describe('ids', () => {
  test('ResourceId, FeatureId, GmlObjectId', () => {
    const ids = { op: 'ids', ids: ['arbres.1', 'arbres.2'] };
    expect(fes('<fes:ResourceId rid="arbres.1"/><fes:ResourceId rid="arbres.2"/>')).toEqual(ids);
    expect(ogc('<ogc:FeatureId fid="arbres.1"/><ogc:FeatureId fid="arbres.2"/>')).toEqual(ids);
    expect(ogc('<ogc:GmlObjectId gml:id="arbres.1"/><ogc:FeatureId fid="arbres.2"/>')).toEqual(ids);
    expect(fes(`<fes:And>${eq}<fes:ResourceId rid="arbres.1"/></fes:And>`)).toEqual({
      op: 'and',
      parts: [equal, { op: 'ids', ids: ['arbres.1'] }],
    });
  });
  test('faults', () => {
    expect(faultOf(() => fes('<fes:ResourceId/>'))).toBe('malformed@Filter');
    expect(faultOf(() => fes('<fes:ResourceId rid="a.1" version="2"/>'))).toBe('unsupported@version');
    expect(faultOf(() => fes(`<fes:ResourceId rid="a.1"/>${eq}`))).toBe('malformed@Filter');
    expect(faultOf(() => fes('<fes:ResourceId rid="a.1"/>'.repeat(10_001)))).toBe('too-large@Filter');
  });
});

describe('names of properties', () => {
  test.each<[string, string]>([
    ['nom', 'nom'],
    [' antony:nom ', 'nom'],
    ['undeclared:nom', 'nom'],
    ['/nom', 'nom'],
    ['antony:arbres/antony:nom', 'nom'],
    ['antony:nom[1]', 'nom'],
    ['@gml:id', '@gml:id'],
    ['antony:arbres/@gml:id', '@gml:id'],
    ['Entité_Générique.x-1', 'Entité_Générique.x-1'],
  ])('%s', (written, name) =>
    expect(fes(`<fes:PropertyIsNull>${ref(written)}</fes:PropertyIsNull>`)).toEqual({ op: 'null', property: name }),
  );

  test.each([
    '',
    ' ',
    ':',
    'a:',
    ':a',
    'a:b:c',
    'nom[2]',
    'nom[.="x"]',
    'a/b/c',
    '//nom',
    '..',
    '../nom',
    'nom/text()',
    'count(nom)',
    '*',
    '@*',
    '@nom',
    'a|b',
    "exec('rm')",
    'x'.repeat(400),
  ])('%s is refused', written =>
    expect(faultOf(() => fes(`<fes:PropertyIsNull>${ref(written)}</fes:PropertyIsNull>`, { locator: 'FILTER' }))).toBe(
      'invalid-value@FILTER',
    ),
  );
});

describe('what is no filter', () => {
  test('functions and arithmetic are not offered', () => {
    const call = '<fes:Function name="strStartsWith"><fes:Literal>x</fes:Literal></fes:Function>';
    expect(faultOf(() => fes(call))).toBe('invalid-value@Function');
    expect(faultOf(() => fes(`<fes:PropertyIsEqualTo>${call}${literal('true')}</fes:PropertyIsEqualTo>`))).toBe('invalid-value@Function');
    const sum = '<ogc:Add><ogc:PropertyName>a</ogc:PropertyName><ogc:Literal>1</ogc:Literal></ogc:Add>';
    expect(faultOf(() => ogc(`<ogc:PropertyIsEqualTo>${sum}<ogc:Literal>2</ogc:Literal></ogc:PropertyIsEqualTo>`))).toBe(
      'invalid-value@Function',
    );
  });

  test('the namespace belongs to the version', () => {
    const document = (namespace: string) =>
      readXml(`<Filter xmlns="${namespace}"><PropertyIsNull><PropertyName>a</PropertyName></PropertyIsNull></Filter>`);
    const [v2, v1] = ['http://www.opengis.net/fes/2.0', 'http://www.opengis.net/ogc'];
    expect(kindOf(() => readFilter(document(v2), fes20))).toBe('no fault');
    expect(kindOf(() => readFilter(document(v1), filter11))).toBe('no fault');
    expect(kindOf(() => readFilter(document(v1), filter10))).toBe('no fault');
    expect(faultOf(() => readFilter(document(v1), fes20))).toBe('malformed@Filter');
    expect(faultOf(() => readFilter(document(v2), filter11))).toBe('malformed@Filter');
    expect(faultOf(() => readFilter(document('http://www.opengis.net/'), filter11))).toBe('malformed@Filter');
    expect(faultOf(() => fes('<PropertyIsNull xmlns="urn:x"/>'))).toBe('malformed@Filter');
    expect(faultOf(() => fes('<fes:constructor/>'))).toBe('malformed@Filter');
    expect(faultOf(() => fes(`<fes:PropertyIsEqualTo>${ref('nom')}<fes:Literal><b/></fes:Literal></fes:PropertyIsEqualTo>`))).toBe(
      'invalid-value@Filter',
    );
  });

  test('the FILTER parameter may leave out the declarations', () => {
    const inside = (p: string, name: string) =>
      `<${p}Filter><${p}PropertyIsNull><${p}${name}>antony:nom</${p}${name}></${p}PropertyIsNull></${p}Filter>`;
    const expected = { op: 'null', property: 'nom' };
    expect(readFilterText(inside('fes:', 'ValueReference'), fes20)).toEqual(expected);
    expect(readFilterText(inside('', 'ValueReference'), fes20)).toEqual(expected);
    expect(readFilterText(inside('ogc:', 'PropertyName'), filter11)).toEqual(expected);
    expect(readFilterText(inside('', 'PropertyName'), filter10)).toEqual(expected);
    expect(kindOf(() => readFilterText(inside('ogc:', 'PropertyName'), fes20))).toBe('malformed');
    expect(kindOf(() => readFilterText('<Filter', fes20))).toBe('malformed');
    expect(kindOf(() => readFilterText('', fes20))).toBe('malformed');
  });
});
