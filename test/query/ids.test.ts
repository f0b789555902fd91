// Filters read ids and the printers write them: both must hold the same view of what a key looks like in one (D4).
import fc from 'fast-check';
import { escapeKey, featureId, unescapeKey } from '../../server/core/model/feature-id';
import * as filter from '../../server/core/filter/ids';
import { sampleType } from './samples';

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[_x0-9A-Fa-f]{0,16}$/),
  fc.constantFrom('_x0041_', '_x_x0041_', 'é', '😀', 'a b'),
);

test('keys come back, ids are names', () => {
  fc.assert(
    fc.property(key, one => {
      expect(unescapeKey(escapeKey(one))).toBe(one);
      expect(escapeKey(one)).toMatch(/^[-.\w\u00b7-\uffff]*$/);
    }),
  );
});

test('the readers of filters and the printers agree', () => {
  const type = { ...sampleType(), table: { schema: 'data', name: 'a', key: { column: 'code', type: 'text' as const } } };
  fc.assert(
    fc.property(
      key.filter(one => one !== '' && !one.includes('\0')),
      one => {
        expect(filter.keyOf(type, featureId('arbres', one))).toBe(one);
      },
    ),
  );
});
