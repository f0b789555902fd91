// `/queryables` (Features Part 3 § 6.2), `/sortables` and `/schema` (Part 5) of a collection: a masked attribute is in neither (R42).
import type { FeatureType } from '../../core/model/feature-type';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import { queryablesSchema, returnablesSchema, type SchemaOptions } from '../../formats/json-schema';
import type { Reply } from '../ows/operation';
import { typeOf, type CollectionRequest } from './collections';
import { schemaPage } from './html-collections';
import { address } from './links';
import { htmlReply, jsonReply, mediaTypes } from './representation';
import { temporalProperty } from './requests';
import { words } from './words';

export const queryables = (request: CollectionRequest, doors: Doors, context: Context): Reply =>
  answer(request, doors, context, { title: words(context.language).queryables, segment: 'queryables', schema: queryablesSchema });

/** What `sortby` may name: attributes with one value. */
export const sortables = (request: CollectionRequest, doors: Doors, context: Context): Reply =>
  answer(request, doors, context, {
    title: words(context.language).sortables,
    segment: 'sortables',
    schema: queryablesSchema,
    narrow: type => ({ ...type, geometry: null, properties: type.properties.filter(({ many, fullText }) => !many && !fullText) }),
  });

export const schema = (request: CollectionRequest, doors: Doors, context: Context): Reply =>
  answer(request, doors, context, { title: words(context.language).schema, segment: 'schema', schema: returnablesSchema });

interface Which {
  readonly title: string;
  readonly segment: string;
  /** The part of the type that it is about; the whole unless told. */
  readonly narrow?: (type: FeatureType) => FeatureType;
  readonly schema: (type: FeatureType, options: SchemaOptions) => object;
}

function answer(request: CollectionRequest, doors: Doors, context: Context, which: Which): Reply {
  const whole = typeOf(doors, request.collection);
  const type = which.narrow?.(whole) ?? whole;
  if (request.as === 'html') return htmlReply(context, schemaPage(type, context, which), 'restricted');
  const id = address(context, 'collections', type.name, which.segment);
  // R47: it tells what this caller may see of the type
  return jsonReply(context, which.schema(type, { id, language: context.language, instant: temporalProperty(type)?.name }), {
    access: 'restricted',
    type: mediaTypes.schema,
  });
}
