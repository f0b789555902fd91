import * as fc from 'fast-check';
import { readXml } from '../../server/core/xml/read';
import { attributes, element, escapeAttribute, escapeText, markup, xml, xmlHeader } from '../../server/core/xml/write';

describe('escaping', () => {
  test.each([
    ['a < b & c > d "e" \'f\'', 'a &lt; b &amp; c &gt; d "e" \'f\''],
    ['\0\u0008a\u001f\u000b\tb\nc\rd', 'a\tb\nc&#13;d'],
    ['\ufffe\uffffx', 'x'],
    ['\ud800x\udc00', 'x'],
    ['𝄞é', '𝄞é'],
    [']]>', ']]&gt;'],
  ])('text %j', (text, expected) => expect(escapeText(text)).toBe(expected));

  test('attributes keep their line ends', () => {
    expect(escapeAttribute('"a"\t\n\r<&>')).toBe('&quot;a&quot;&#9;&#10;&#13;&lt;&amp;&gt;');
  });
});

describe('the template', () => {
  test('escapes values, not markup', () => {
    const title = '<b> & "q"';
    expect(xml`<t a="${title}">${title}${xml`<i>${1}</i>`}</t>`.text).toBe(
      '<t a="&lt;b&gt; &amp; &quot;q&quot;">&lt;b&gt; &amp; &quot;q&quot;<i>1</i></t>',
    );
  });
  test('prints lists, and nothing for what is absent', () => {
    expect(xml`${[xml`<a/>`, 'b', null]}${undefined}${false}${0}${true}`.text).toBe('<a/>b0true');
  });
  test('fragments need not be balanced', () => {
    expect([xmlHeader, xml`<a${attributes({ n: 2 })}>`, markup('<b/>'), xml`</a>`].join('')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a n="2"><b/></a>',
    );
  });
});

test('elements and attributes', () => {
  expect(element('a').text).toBe('<a/>');
  expect(element('a', { b: '"', c: undefined, d: null, e: false }, 'x<', element('y')).text).toBe('<a b="&quot;" e="false">x&lt;<y/></a>');
});

test('what is written is read back, but for what XML forbids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), text => {
      const legal = text.replace(/[\0-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
      const read = readXml(element('a', { b: text }, text).text);
      expect(read.text).toBe(legal);
      expect(read.attribute('b')).toBe(legal);
      expect(readXml(xml`<a b="x">${text}</a>`.text).text).toBe(legal);
    }),
    { numRuns: 300 },
  );
});
