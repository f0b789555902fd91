// `/ogc`, the landing page (Features Part 1 § 7.2), and `/ogc/conformance` (§ 7.4).
import { inLanguage } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { Doors } from '../../core/ports/doors';
import type { Reply } from '../ows/operation';
import { constraintTexts, mentionText } from '../ows/texts';
import type { DocumentRequest } from './collections';
import { conformancePage, landingPage } from './html';
import { address, link, relations, selfAndAlternate, withQuery } from './links';
import { htmlReply, jsonReply, mediaTypes } from './representation';
import { conformanceClasses } from './versions';
import { words } from './words';

export function landing(request: DocumentRequest, doors: Doors, context: Context): Reply {
  const { service } = doors.partnership;
  if (request.as === 'html') return htmlReply(context, landingPage(service, context), 'caller');
  const text = words(context.language);
  const to = (rel: string, type: string, title: string, ...segments: readonly string[]): ReturnType<typeof link> =>
    link(context, rel, type, title, address(context, ...segments));
  const api = to('service-doc', mediaTypes.html, text.api, 'api');
  const data = to('data', mediaTypes.json, text.collections, 'collections');
  const body = {
    title: inLanguage(service.title, context.language),
    description: inLanguage(service.abstract, context.language),
    attribution: mentionText,
    links: [
      ...selfAndAlternate(context, address(context), request.parameters),
      to('service-desc', mediaTypes.openapi, text.api, 'api'),
      { ...api, href: withQuery(api.href, [['f', 'html']]) },
      to('conformance', mediaTypes.json, text.conformance, 'conformance'),
      to(relations.conformance, mediaTypes.json, text.conformance, 'conformance'),
      data,
      { ...data, type: mediaTypes.html, href: withQuery(data.href, [['f', 'html']]) },
      to(relations.data, mediaTypes.json, text.collections, 'collections'),
    ],
    // R25, R50–R52
    conditions: constraintTexts,
  };
  return jsonReply(context, body, { access: 'caller' });
}

export function conformance(request: DocumentRequest, context: Context): Reply {
  if (request.as === 'html') return htmlReply(context, conformancePage(context), 'caller');
  const links = selfAndAlternate(context, address(context, 'conformance'), request.parameters);
  return jsonReply(context, { links, conformsTo: conformanceClasses }, { access: 'caller' });
}
