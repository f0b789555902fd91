// What every service says about an answer beside its body: whom it depends on (R47, D29) and the mention (R50).
import type { Action } from '../../core/policy/charter';
import type { FeatureSource } from '../../core/ports/doors';
import type { Access } from './operation';

/**
 * Access of an answer made of these types (FeatureType.name): restricted as soon as one of them rests on a non-public grant.
 * Public data are still `caller`: another credential at the same address may get more rows or attributes.
 */
export function accessOf(features: FeatureSource, typeNames: readonly string[], action: Action): Access {
  return typeNames.every(name => features.isPublic(name, action)) ? 'caller' : 'restricted';
}

/** The mentions of these types, each once. */
export function mentionsOf(features: FeatureSource, typeNames: readonly string[]): readonly string[] {
  return [...new Set(typeNames.map(name => features.mention(name)))].filter(text => text !== '');
}

/** Header `Geomig-Mention`, UTF-8 percent-encoded; none without a mention. */
export function mentionHeader(mentions: readonly string[]): Readonly<Record<string, string>> {
  return mentions.length === 0 ? {} : { 'Geomig-Mention': encodeURIComponent(mentions.join(' ; ')) };
}
