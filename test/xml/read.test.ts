import * as fc from 'fast-check';
import { Fault } from '../../server/core/model/fault';
import { readXml, xmlLimits } from '../../server/core/xml/read';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

function fault(document: Uint8Array | string, options = {}): Fault {
  try {
    readXml(document, options);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

describe('reading XML', () => {
  const root = readXml(
    bytes(
      `<?xml version="1.0" encoding="UTF-8"?><!-- c --><?pi x?><a:r xmlns:a="urn:a" xmlns="urn:d" v="1" a:w="é&lt;&#x41;">` +
        `<n>01004</n><a:n> x <![CDATA[<y>]]> z</a:n><n xmlns:p="urn:p" t="p:q">2</n></a:r><!-- after -->`,
    ),
  );

  test('names, namespaces and attributes', () => {
    expect([root.name, root.namespace, root.prefix]).toEqual(['r', 'urn:a', 'a']);
    expect(root.attribute('v')).toBe('1');
    expect(root.attribute('w')).toBeUndefined();
    expect(root.attribute('w', 'urn:a')).toBe('é<A');
    expect(root.attributes.map(a => a.name)).toEqual(['v', 'w']);
  });

  test('children are found in the own namespace, or in the one that is given', () => {
    expect(root.child('n')?.text).toBe(' x <y> z');
    expect(root.all('n', 'urn:d').map(n => n.text)).toEqual(['01004', '2']);
    expect(root.need('n', 'urn:d').text).toBe('01004');
    expect(() => root.need('m')).toThrow(expect.objectContaining({ kind: 'missing-parameter', locator: 'm' }));
  });

  test('qualified names in text are read against the declarations in scope', () => {
    const inner = root.children[2];
    expect(inner?.qname(' p:q ')).toEqual({ prefix: 'p', local: 'q', namespace: 'urn:p' });
    expect(inner?.qname('q')).toEqual({ prefix: '', local: 'q', namespace: 'urn:d' });
    expect(root.qname('p:q').namespace).toBeUndefined();
    expect(root.qname('xml:lang').namespace).toBe('http://www.w3.org/XML/1998/namespace');
    expect(root.qname('constructor:x').namespace).toBeUndefined();
    expect(readXml('<a/>', { namespaces: { p: 'urn:p' } }).qname('toString:x').namespace).toBeUndefined();
  });

  test('a byte order mark is no character', () => {
    expect(readXml(Buffer.from([0xef, 0xbb, 0xbf, ...bytes('<a>x</a>')])).text).toBe('x');
    expect(readXml('\uFEFF<a>x</a>').text).toBe('x');
  });

  test('a multi-byte character may lie across two slices', () => {
    const text = `${'x'.repeat(64 * 1024 - 5)}éé𝄞𝄞`;
    expect(readXml(bytes(`<a>${text}</a>`)).text).toBe(text);
    expect(readXml(`<a>${text}</a>`).text).toBe(text);
  });

  test('prefixes may be known beforehand', () => {
    expect(readXml('<p:a><p:b/></p:a>', { namespaces: { p: 'urn:p' } }).child('b')?.namespace).toBe('urn:p');
    expect(fault('<p:a/>').kind).toBe('malformed');
  });
});

const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 10 }, (_, i) => `<!ENTITY a${i} "${`&a${i - 1};`.repeat(10)}">`).join('')}]><l>&a9;</l>`;
const utf16 = Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le');

describe('refused documents', () => {
  test.each<[string, Uint8Array | string]>([
    ['nothing', ''],
    ['blank', '  \n'],
    ['only a comment', '<!-- a -->'],
    ['text', 'hello'],
    ['JSON', '{"a": 1}'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>b'],
    ['cut off in an element', '<a><b>'],
    ['cut off in a tag', '<a b="'],
    ['cut off in a comment', '<a/><!-- '],
    ['end tag of another', '<a></b>'],
    ['a duplicate attribute', '<a b="1" b="2"/>'],
    ['a duplicate attribute through two prefixes', '<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>'],
    ['an attribute without quotes', '<a b=1/>'],
    ['an undeclared prefix', '<p:a/>'],
    ['an undeclared prefix of an attribute', '<a p:b="1"/>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity named like a method', '<a>&constructor;</a>'],
    ['a bare ampersand', '<a>b & c</a>'],
    ['a less-than sign in an attribute', '<a b="<"/>'],
    ['NUL', '<a>\0</a>'],
    ['a control character', '<a>\u0001</a>'],
    ['a reference to a control character', '<a>&#1;</a>'],
    ['a control character under XML 1.1', '<?xml version="1.1"?><a>&#1;</a>'],
    ['DOCTYPE', '<!DOCTYPE a><a/>'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['billion laughs', laughs],
    ['a DOCTYPE that does not end', `<!DOCTYPE a [${'<!ENTITY x "y">'.repeat(1000)}`],
    ['invalid UTF-8', Buffer.from([0x3c, 0x61, 0x3e, 0xe9, 0x3c, 0x2f, 0x61, 0x3e])],
    ['UTF-8 cut off', Buffer.from([0x3c, 0x61, 0x2f, 0x3e, 0xc3])],
    ['UTF-16 with its mark', utf16],
    ['UTF-16 without', Buffer.from('<?xml version="1.0"?><a/>', 'utf16le')],
    ['ISO-8859-1', Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1')],
  ])('%s is malformed', (_, document) => {
    expect(fault(document)).toMatchObject({ kind: 'malformed', locator: '' });
    expect(fault(typeof document === 'string' ? bytes(document) : document).kind).toBe('malformed');
  });

  test('another encoding is named', () => {
    expect(fault(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', 'latin1')).message).toMatch('ISO-8859-1');
    expect(fault(utf16).message).toMatch('UTF-16');
    // text that has been decoded already may say what it was
    expect(readXml('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>').text).toBe('é');
  });

  test('a message never repeats more than a line of the document', () => {
    expect(fault(`<${'x'.repeat(500_000)}></y>`).message.length).toBeLessThan(300);
  });
});

describe('SEC09 limits', () => {
  const nested = (depth: number): string => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
  const attributes = (count: number): string => `<a ${Array.from({ length: count }, (_, i) => `b${i}="1"`).join(' ')}/>`;

  test.each<[string, string]>([
    ['350 KB of nested tags', nested(50_000)],
    ['350 KB of tags that never close', '<abcde>'.repeat(50_000)],
    ['one level too deep', nested(xmlLimits.depth + 1)],
    ['100,000 attributes', attributes(100_000)],
    ['one attribute too many', attributes(xmlLimits.attributes + 1)],
    ['namespace declarations count as attributes', `<a ${Array.from({ length: 300 }, (_, i) => `xmlns:b${i}="u"`).join(' ')}/>`],
    ['one element too many', `<a>${'<b/>'.repeat(xmlLimits.elements)}</a>`],
    ['one byte too many', `<a>${' '.repeat(xmlLimits.bytes - 6)}</a>`],
  ])('%s is too large', (_, document) => {
    expect(fault(bytes(document))).toMatchObject({ kind: 'too-large', locator: '' });
  });

  test('what lies within is read', () => {
    expect(readXml(nested(xmlLimits.depth)).name).toBe('a');
    expect(readXml(attributes(xmlLimits.attributes)).attributes).toHaveLength(xmlLimits.attributes);
    expect(readXml(`<a>${'<b/>'.repeat(xmlLimits.elements - 1)}</a>`).children).toHaveLength(xmlLimits.elements - 1);
    expect(readXml(`<a>${' '.repeat(xmlLimits.bytes - 7)}</a>`).text).toHaveLength(xmlLimits.bytes - 7);
    expect(readXml(`<a>${'<b/>'.repeat(60_000)}</a>`, { maxElements: 100_000, maxBytes: 1e6 }).children).toHaveLength(60_000);
  });
});

test('any bytes are read or refused with a fault', () => {
  const pieces = fc.constantFrom(
    '<a',
    '>',
    '</a>',
    '<a>',
    '/>',
    ' b="',
    '"',
    '&lt;',
    '&',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    'é',
    '\0',
    'xmlns:p="u"',
    'p:',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(pieces, { maxLength: 30 }).map(list => bytes(list.join(''))),
      ),
      document => {
        try {
          readXml(document);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      },
    ),
    { numRuns: 300 },
  );
});
