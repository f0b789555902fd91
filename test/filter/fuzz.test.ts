import * as fc from 'fast-check';
import { check } from '../../server/core/filter/check';
import { cql2Text } from '../../server/core/filter/cql2-text';
import { readFilterText } from '../../server/core/filter/fes';
import {
  not,
  type Comparison,
  type Expression,
  type Filter,
  type LikeToken,
  type SpatialOperator,
  type TemporalOperator,
} from '../../server/core/filter/filter';
import { readBbox } from '../../server/core/filter/simple';
import { Fault } from '../../server/core/model/fault';
import { element, xml, type Markup } from '../../server/core/xml/write';
import type { Geometry, Position } from '../../server/core/model/geometry';
import { fes20, filter11, trees } from './world';

const faultOrFilter = (act: () => Filter): void => {
  let filter: Filter;
  try {
    filter = act();
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return;
  }
  try {
    check(filter, trees);
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
  }
};

test('any text is a filter or a fault', () => {
  const words = fc.constantFrom(
    ...'nom etages geom plante AND OR NOT LIKE IN BETWEEN IS NULL ( ) , = <> < "x" \'y\' 1 -2 1e5 2010-05-01 .. POINT(1 2) BBOX( S_INTERSECTS( T_AFTER( INTERVAL( DATE( CASEI( SRID=2154; ; / + é'.split(
      ' ',
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.array(words, { maxLength: 20 }).map(list => list.join(' ')),
      ),
      text => {
        faultOrFilter(() => cql2Text(text, 'filter'));
        faultOrFilter(() => readFilterText(text, fes20));
        faultOrFilter(() => readBbox(text, fes20));
      },
    ),
    { numRuns: 500 },
  );
});

test('any tree of known elements is a filter or a fault', () => {
  const names = [
    'Filter',
    'And',
    'Or',
    'Not',
    'PropertyIsEqualTo',
    'PropertyIsLike',
    'PropertyIsBetween',
    'LowerBoundary',
    'UpperBoundary',
    'BBOX',
    'DWithin',
    'Distance',
    'During',
    'ValueReference',
    'Literal',
    'ResourceId',
    'Function',
  ];
  const gml = [
    'Point',
    'pos',
    'posList',
    'Envelope',
    'lowerCorner',
    'Polygon',
    'exterior',
    'LinearRing',
    'coordinates',
    'TimePeriod',
    'beginPosition',
    'MultiPoint',
    'pointMember',
  ];
  const { tree } = fc.letrec<{ tree: Markup }>(tie => ({
    tree: fc
      .record({
        name: fc.oneof(fc.constantFrom(...names.map(n => `fes:${n}`)), fc.constantFrom(...gml.map(n => `gml:${n}`))),
        text: fc.constantFrom('', 'nom', 'geom', '1 2', '1,2', 'NaN', '2010'),
        children: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
      })
      .map(({ name, text, children }) => element(name, {}, text, children)),
  }));
  fc.assert(
    fc.property(tree, inside => faultOrFilter(() => readFilterText(element('fes:Filter', {}, inside).text, fes20))),
    { numRuns: 400 },
  );
});

// Random trees, printed as FES 2.0 and as Filter 1.1 and read back.

const name = fc.constantFrom('nom', 'code', 'Entité', 'a.b-c');
const text = fc.string({ unit: fc.constantFrom('a', 'é', "'", '"', '<', '&', ' ', '*', '%', '_', '!', '?', '0', '\n', '𝄞'), maxLength: 8 });
const expression: fc.Arbitrary<Expression> = fc.oneof(
  name.map(n => ({ kind: 'property' as const, name: n })),
  text.map(value => ({ kind: 'literal' as const, value })),
);
const coordinate = fc.double({ min: -1e7, max: 1e7, noNaN: true }).map(n => n + 0);
const position: fc.Arbitrary<Position> = fc.tuple(coordinate, coordinate);
const ring = fc.array(position, { minLength: 3, maxLength: 5 }).map(list => [...list, list[0] ?? ([0, 0] as const)]);
const geometry: fc.Arbitrary<Geometry> = fc.oneof(
  position.map(coordinates => ({ type: 'Point' as const, coordinates })),
  fc.array(position, { minLength: 2, maxLength: 5 }).map(coordinates => ({ type: 'LineString' as const, coordinates })),
  fc.array(ring, { minLength: 1, maxLength: 2 }).map(coordinates => ({ type: 'Polygon' as const, coordinates })),
  fc
    .array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })
    .map(coordinates => ({ type: 'MultiPolygon' as const, coordinates })),
);
/** Tokens in their normal form: no empty text, no two texts or two `any` beside each other. */
const pattern: fc.Arbitrary<LikeToken[]> = fc
  .array(
    fc.oneof(
      text.map(t => ({ text: t })),
      fc.constantFrom('any' as const, 'one' as const),
    ),
    { maxLength: 5 },
  )
  .map(tokens =>
    tokens.reduce<LikeToken[]>((list, token) => {
      const last = list.at(-1);
      if (typeof token === 'object') {
        if (token.text === '') return list;
        return typeof last === 'object' ? [...list.slice(0, -1), { text: last.text + token.text }] : [...list, token];
      }
      return token === 'any' && last === 'any' ? list : [...list, token];
    }, []),
  );

const comparisons: Readonly<Record<Comparison, string>> = {
  '=': 'PropertyIsEqualTo',
  '<>': 'PropertyIsNotEqualTo',
  '<': 'PropertyIsLessThan',
  '<=': 'PropertyIsLessThanOrEqualTo',
  '>': 'PropertyIsGreaterThan',
  '>=': 'PropertyIsGreaterThanOrEqualTo',
};
const spatials: Readonly<Record<SpatialOperator, string>> = {
  bbox: 'BBOX',
  equals: 'Equals',
  disjoint: 'Disjoint',
  intersects: 'Intersects',
  touches: 'Touches',
  crosses: 'Crosses',
  within: 'Within',
  contains: 'Contains',
  overlaps: 'Overlaps',
  dwithin: 'DWithin',
  beyond: 'Beyond',
};
const temporals: Partial<Record<TemporalOperator, string>> = {
  after: 'After',
  during: 'During',
  tEquals: 'TEquals',
  metBy: 'MetBy',
  anyInteracts: 'AnyInteracts',
};
const keysOf = <K extends string>(table: Partial<Record<K, string>>): K[] => Object.keys(table) as K[];

function leaf(withTime: boolean): fc.Arbitrary<Filter> {
  const leaves: fc.Arbitrary<Filter>[] = [
    fc.record({
      op: fc.constant('compare' as const),
      operator: fc.constantFrom(...keysOf(comparisons)),
      left: expression,
      right: expression,
      matchCase: fc.boolean(),
    }),
    fc.record({ op: fc.constant('like' as const), property: name, pattern, matchCase: fc.boolean() }),
    fc.record({ op: fc.constant('between' as const), property: name, lower: expression, upper: expression }),
    fc.record({ op: fc.constant('null' as const), property: name }),
    fc
      .record({
        operator: fc.constantFrom(...keysOf(spatials)),
        property: name,
        geometry,
        distance: fc.double({ min: 0, max: 1e6, noNaN: true }).map(n => n + 0),
      })
      .map(({ operator, property, geometry: shape, distance }): Filter => ({
        op: 'spatial',
        operator,
        property,
        geometry: { geometry: shape, srid: 2154 },
        ...(operator === 'dwithin' || operator === 'beyond' ? { distance } : {}),
      })),
  ];
  if (withTime)
    leaves.push(
      fc.record({
        op: fc.constant('temporal' as const),
        operator: fc.constantFrom(...keysOf(temporals)),
        property: name,
        period: fc.constantFrom({ begin: '2010', end: '2011-05' }, { begin: '2010-05-01', end: '2010-05-01' }),
      }),
    );
  return fc.oneof(...leaves);
}

/** Trees in the normal form that and(), or() and not() keep. */
function filters(withTime: boolean): fc.Arbitrary<Filter> {
  const one = leaf(withTime);
  const either = (parts: Filter[]): Filter => ({ op: 'or', parts });
  const level1 = fc.oneof(one, one.map(not), fc.array(one, { minLength: 2, maxLength: 3 }).map(either));
  return fc.oneof(
    level1,
    fc.array(level1, { minLength: 2, maxLength: 3 }).map((parts): Filter => ({ op: 'and', parts })),
    fc.array(level1, { minLength: 2, maxLength: 3 }).map(parts => not({ op: 'and', parts })),
  );
}

interface Print {
  readonly prefix: string;
  readonly reference: string;
  readonly unit: string;
}

function print(filter: Filter, how: Print): Markup {
  const tag = (local: string, attributes: Record<string, string | boolean>, ...children: readonly (Markup | Markup[])[]): Markup =>
    element(`${how.prefix}:${local}`, attributes, ...children);
  const reference = (property: string): Markup => element(`${how.prefix}:${how.reference}`, {}, `p:${property}`);
  const value = (e: Expression): Markup =>
    e.kind === 'property' ? reference(e.name) : element(`${how.prefix}:Literal`, {}, String(e.value));
  switch (filter.op) {
    case 'and':
    case 'or':
      return tag(
        filter.op === 'and' ? 'And' : 'Or',
        {},
        filter.parts.map(part => print(part, how)),
      );
    case 'not':
      return tag('Not', {}, print(filter.part, how));
    case 'compare':
      return tag(comparisons[filter.operator], { matchCase: filter.matchCase }, value(filter.left), value(filter.right));
    case 'between':
      return tag(
        'PropertyIsBetween',
        {},
        reference(filter.property),
        tag('LowerBoundary', {}, value(filter.lower)),
        tag('UpperBoundary', {}, value(filter.upper)),
      );
    case 'null':
      return tag('PropertyIsNull', {}, reference(filter.property));
    case 'like': {
      const written = filter.pattern
        .map(token => (token === 'any' ? '*' : token === 'one' ? '?' : token.text.replace(/[*?!]/g, '!$&')))
        .join('');
      const attributes = { wildCard: '*', singleChar: '?', escapeChar: '!', matchCase: filter.matchCase };
      return tag('PropertyIsLike', attributes, reference(filter.property), value({ kind: 'literal', value: written }));
    }
    case 'spatial': {
      const shape = printGeometry(filter.geometry.geometry, ' srsName="EPSG:2154"');
      const distance = filter.distance === undefined ? [] : [element(`${how.prefix}:Distance`, { [how.unit]: 'm' }, filter.distance)];
      return tag(spatials[filter.operator], {}, reference(filter.property ?? ''), shape, distance);
    }
    case 'temporal': {
      const { begin, end } = filter.period;
      const period = xml`<gml:TimePeriod><gml:beginPosition>${begin}</gml:beginPosition><gml:endPosition>${end}</gml:endPosition></gml:TimePeriod>`;
      return tag(
        temporals[filter.operator] ?? '',
        {},
        reference(filter.property),
        begin === end ? value({ kind: 'literal', value: begin }) : period,
      );
    }
    default:
      throw new Error(`${filter.op} is not printed`);
  }
}

function printGeometry(shape: Geometry, srs: string): Markup {
  const list = (positions: readonly Position[]): string => positions.flat().join(' ');
  const boundary = (line: readonly Position[], index: number): Markup =>
    element(
      index === 0 ? 'gml:exterior' : 'gml:interior',
      {},
      xml`<gml:LinearRing><gml:posList>${list(line)}</gml:posList></gml:LinearRing>`,
    );
  const srsName = srs === '' ? {} : { srsName: 'EPSG:2154' };
  switch (shape.type) {
    case 'Point':
      return element('gml:Point', srsName, xml`<gml:pos>${list([shape.coordinates])}</gml:pos>`);
    case 'LineString':
      return element('gml:LineString', srsName, xml`<gml:posList>${list(shape.coordinates)}</gml:posList>`);
    case 'Polygon':
      return element('gml:Polygon', srsName, shape.coordinates.map(boundary));
    case 'MultiPolygon':
      return element(
        'gml:MultiSurface',
        srsName,
        shape.coordinates.map(
          rings => xml`<gml:surfaceMember>${printGeometry({ type: 'Polygon', coordinates: rings }, '')}</gml:surfaceMember>`,
        ),
      );
    default:
      throw new Error(`${shape.type} is not printed`);
  }
}

test('trees printed as FES 2.0 are read back', () => {
  fc.assert(
    fc.property(filters(true), tree => {
      const printed = element('fes:Filter', {}, print(tree, { prefix: 'fes', reference: 'ValueReference', unit: 'uom' }));
      expect(readFilterText(printed.text, fes20)).toEqual(tree);
    }),
    { numRuns: 300 },
  );
});

test('trees printed as Filter 1.1 are read back', () => {
  fc.assert(
    fc.property(filters(false), tree => {
      const printed = element('ogc:Filter', {}, print(tree, { prefix: 'ogc', reference: 'PropertyName', unit: 'units' }));
      expect(readFilterText(printed.text, filter11)).toEqual(tree);
    }),
    { numRuns: 300 },
  );
});
