// What a Transaction is answered (WFS 2.0 § 15.3, 1.1 § 12.3, 1.0 § 11.3): how many features, and the ids of the new ones in their order.
import { setImmediate } from 'node:timers/promises';
import type { WriteReport, WrittenFeature } from '../../core/query/change';
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader, type Markup } from '../../core/xml/write';
import type { WfsVersion } from './versions';

type Pieces = Generator<Markup>;

const writers: Readonly<Record<WfsVersion['transaction'], (report: WriteReport, handle: string | null) => Pieces>> = {
  '2.0': current,
  '1.1': former,
  '1.0': first,
};

/** Features that are written in one go; others are served between two pieces. */
const piece = 1000;

/** The answer piece by piece: of a hundred thousand features it is long. */
export async function* transactionResponse(version: WfsVersion, report: WriteReport, handle: string | null): AsyncGenerator<string> {
  let text = '';
  for (const part of writers[version.transaction](report, handle)) {
    text += part.text;
    if (text.length < 50_000) continue;
    yield text;
    text = '';
    await setImmediate();
  }
  yield text;
}

/** Lines of features, so many at a time. */
function* lines(list: readonly WrittenFeature[], line: (one: WrittenFeature) => Markup): Pieces {
  for (let at = 0; at < list.length; at += piece) yield xml`${list.slice(at, at + piece).map(line)}`;
}

function* current(report: WriteReport): Pieces {
  const head = attributes({
    'xmlns:wfs': ns.wfs20,
    'xmlns:fes': ns.fes,
    'xmlns:xsi': ns.xsi,
    version: '2.0.0',
    'xsi:schemaLocation': `${ns.wfs20} http://schemas.opengis.net/wfs/2.0/wfs.xsd`,
  });
  const line = ({ id, origin }: WrittenFeature): Markup =>
    xml`<wfs:Feature${attributes({ handle: origin.handle })}><fes:ResourceId${attributes({ rid: id })}/></wfs:Feature>\n`;
  yield xml`${xmlHeader}<wfs:TransactionResponse${head}>
<wfs:TransactionSummary>
<wfs:totalInserted>${report.inserted.length}</wfs:totalInserted>
<wfs:totalUpdated>${report.updated}</wfs:totalUpdated>
<wfs:totalReplaced>${report.replaced.length}</wfs:totalReplaced>
<wfs:totalDeleted>${report.deleted}</wfs:totalDeleted>
</wfs:TransactionSummary>
`;
  if (report.inserted.length > 0) {
    yield xml`<wfs:InsertResults>\n`;
    yield* lines(report.inserted, line);
    yield xml`</wfs:InsertResults>\n`;
  }
  if (report.replaced.length > 0) {
    yield xml`<wfs:ReplaceResults>\n`;
    yield* lines(report.replaced, line);
    yield xml`</wfs:ReplaceResults>\n`;
  }
  yield xml`</wfs:TransactionResponse>\n`;
}

function* former(report: WriteReport): Pieces {
  const head = attributes({
    'xmlns:wfs': ns.wfs,
    'xmlns:ogc': ns.ogc,
    'xmlns:xsi': ns.xsi,
    version: '1.1.0',
    'xsi:schemaLocation': `${ns.wfs} http://schemas.opengis.net/wfs/1.1.0/wfs.xsd`,
  });
  yield xml`${xmlHeader}<wfs:TransactionResponse${head}>
<wfs:TransactionSummary>
<wfs:totalInserted>${report.inserted.length}</wfs:totalInserted>
<wfs:totalUpdated>${report.updated}</wfs:totalUpdated>
<wfs:totalDeleted>${report.deleted}</wfs:totalDeleted>
</wfs:TransactionSummary>
`;
  if (report.inserted.length > 0) {
    yield xml`<wfs:InsertResults>\n`;
    yield* lines(
      report.inserted,
      ({ id, origin }) =>
        xml`<wfs:Feature${attributes({ handle: origin.handle })}><ogc:FeatureId${attributes({ fid: id })}/></wfs:Feature>\n`,
    );
    yield xml`</wfs:InsertResults>\n`;
  }
  yield xml`</wfs:TransactionResponse>\n`;
}

/** An InsertResult for each Insert, with the ids of its features. */
function* first(report: WriteReport, handle: string | null): Pieces {
  const head = attributes({
    'xmlns:wfs': ns.wfs,
    'xmlns:ogc': ns.ogc,
    'xmlns:xsi': ns.xsi,
    version: '1.0.0',
    'xsi:schemaLocation': `${ns.wfs} http://schemas.opengis.net/wfs/1.0.0/WFS-transaction.xsd`,
  });
  const inserts = new Map<number, WrittenFeature[]>();
  for (const one of report.inserted) {
    const list = inserts.get(one.origin.number);
    if (list) list.push(one);
    else inserts.set(one.origin.number, [one]);
  }
  yield xml`${xmlHeader}<wfs:WFS_TransactionResponse${head}>\n`;
  for (const list of inserts.values()) {
    yield xml`<wfs:InsertResult${attributes({ handle: list[0]?.origin.handle })}>`;
    yield* lines(list, ({ id }) => xml`<ogc:FeatureId${attributes({ fid: id })}/>`);
    yield xml`</wfs:InsertResult>\n`;
  }
  yield xml`<wfs:TransactionResult${attributes({ handle })}><wfs:Status><wfs:SUCCESS/></wfs:Status></wfs:TransactionResult>
</wfs:WFS_TransactionResponse>
`;
}
