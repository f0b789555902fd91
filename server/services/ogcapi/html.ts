// Pages of the API: plain HTML that needs no script, links by path so that key and scope stay and the host is the visitor's. Every value is
// escaped by `xml`, whose output is valid HTML too.
import { inLanguage } from '../../core/model/text';
import type { Context } from '../../core/ports/context';
import type { ServiceMetadata } from '../../core/ports/doors';
import { markup, xml, type Markup, type XmlValue } from '../../core/xml/write';
import { constraintTexts, mentionText } from '../ows/texts';
import { conformanceClasses } from './versions';
import { words } from './words';

const style = markup(`
:root{color-scheme:light}
body{font:1rem/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0 auto;max-width:70rem;padding:1rem}
a{color:#0b4f8a}a:focus-visible{outline:3px solid #b34700;outline-offset:2px}
.skip{position:absolute;left:-100rem}.skip:focus{left:1rem;background:#fff;padding:.5rem}
nav ol{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem;padding:0;margin:0}nav li+li::before{content:"› ";color:#595959}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{border:1px solid #8c8c8c;padding:.3rem .5rem;text-align:left;vertical-align:top}thead th{background:#eef2f6}
dt{font-weight:600}dd{margin:0 0 .5rem}img{max-width:100%;height:auto;border:1px solid #8c8c8c}
.pages{display:flex;gap:1rem}footer{border-top:1px solid #8c8c8c;margin-top:2rem;font-size:.875rem;color:#3d3d3d}
`);

export interface Crumb {
  readonly title: string;
  /** Path of the page. */
  readonly href: string;
}

/** Path of a resource of the API as pages link to it: `/k/…/ogc/…`. */
export const pagePath = (context: Pick<Context, 'base'>, ...segments: readonly string[]): string =>
  [`${new URL(context.base).pathname.replace(/\/$/, '')}/ogc`, ...segments.map(encodeURIComponent)].join('/');

/** A page that needs HTML said in its address, for it is also there in JSON; the language goes along. */
export const htmlPath = (context: Pick<Context, 'base' | 'language'>, ...segments: readonly string[]): string =>
  `${pagePath(context, ...segments)}?f=html&lang=${context.language}`;

/** Everything before the content of a page. */
export function pageHead(context: Context, title: string, crumbs: readonly Crumb[]): string {
  const text = words(context.language);
  const trail = [{ title: text.home, href: htmlPath(context) }, ...crumbs];
  const items = trail.map(({ title: name, href }, i) =>
    i === trail.length - 1 ? xml`<li aria-current="page">${name}</li>` : xml`<li><a href="${href}">${name}</a></li>`,
  );
  return xml`<!DOCTYPE html>
<html lang="${context.language}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#content">${text.skip}</a>
<nav aria-label="${text.path}"><ol>${items}</ol></nav>
<main id="content">
<h1>${title}</h1>
`.text;
}

/** Everything after it: the standard texts and the mention (R50–R52). */
export function pageTail(mentions: readonly string[] = [mentionText]): string {
  return xml`</main>
<footer>
<p>${mentions.join(' ; ')}</p>
${constraintTexts.map(text => xml`<p lang="fr">${text}</p>\n`)}</footer>
</body>
</html>
`.text;
}

export const page = (context: Context, title: string, crumbs: readonly Crumb[], content: Markup, mentions?: readonly string[]): string =>
  pageHead(context, title, crumbs) + content.text + pageTail(mentions);

/** A list of terms; those without a value are left out. */
export function terms(list: readonly (readonly [string, XmlValue])[]): Markup {
  const given = list.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return xml`<dl>
${given.map(([name, value]) => xml`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>
`;
}

/** A table with a heading for each column; the first cell of a row is its heading. */
export function table(caption: string, headings: readonly string[], rows: readonly (readonly XmlValue[])[]): Markup {
  return xml`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${headings.map(heading => xml`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.map(tableRow)}</tbody>
</table></div>
`;
}

const tableRow = ([first, ...others]: readonly XmlValue[]): Markup =>
  xml`<tr><th scope="row">${first}</th>${others.map(value => xml`<td>${value}</td>`)}</tr>\n`;

export function landingPage(service: ServiceMetadata, context: Context): string {
  const text = words(context.language);
  const entry = (name: string, what: string, segment: string): Markup =>
    xml`<dt><a href="${htmlPath(context, segment)}">${name}</a></dt><dd>${what}</dd>\n`;
  const content = xml`<p>${inLanguage(service.abstract, context.language)}</p>
<dl>
${entry(text.collections, text.collectionsText, 'collections')}${entry(text.api, text.apiText, 'api')}${entry(text.conformance, text.conformanceText, 'conformance')}</dl>
<p><a href="${pagePath(context)}?f=json" type="application/json">${text.asJson}</a> · <a href="${pagePath(context)}?f=html&amp;lang=${context.language === 'en' ? 'fr' : 'en'}" hreflang="${context.language === 'en' ? 'fr' : 'en'}">${text.other}</a></p>
`;
  return page(context, `${inLanguage(service.title, context.language)} – OGC API`, [], content);
}

export function conformancePage(context: Context): string {
  const text = words(context.language);
  const content = xml`<p>${text.conformanceText}</p>
<ul>
${conformanceClasses.map(uri => xml`<li><code>${uri}</code></li>\n`)}</ul>
<p><a href="${pagePath(context, 'conformance')}?f=json" type="application/json">${text.asJson}</a></p>
`;
  return page(context, text.conformance, [{ title: text.conformance, href: htmlPath(context, 'conformance') }], content);
}
