// What a Transaction is answered (WFS 2.0 § 15.3, 1.1 § 12.3, 1.0 § 11.3): how many features, and the ids of the new ones in their order.
import type { WriteReport, WrittenFeature } from '../../core/query/change';
import { ns } from '../../core/xml/names';
import { attributes, xml, xmlHeader, type Markup } from '../../core/xml/write';
import type { WfsVersion } from './versions';

const writers: Readonly<Record<WfsVersion['transaction'], (report: WriteReport, handle: string | null) => Markup>> = {
  '2.0': current,
  '1.1': former,
  '1.0': first,
};

export const transactionResponse = (version: WfsVersion, report: WriteReport, handle: string | null): string =>
  writers[version.transaction](report, handle).text;

function current(report: WriteReport): Markup {
  const head = attributes({
    'xmlns:wfs': ns.wfs20,
    'xmlns:fes': ns.fes,
    'xmlns:xsi': ns.xsi,
    version: '2.0.0',
    'xsi:schemaLocation': `${ns.wfs20} http://schemas.opengis.net/wfs/2.0/wfs.xsd`,
  });
  const results = (name: string, list: readonly WrittenFeature[]): Markup | null =>
    list.length === 0
      ? null
      : xml`<wfs:${name}>\n${list.map(({ id, origin }) => xml`<wfs:Feature${attributes({ handle: origin.handle })}><fes:ResourceId${attributes({ rid: id })}/></wfs:Feature>\n`)}</wfs:${name}>\n`;
  return xml`${xmlHeader}<wfs:TransactionResponse${head}>
<wfs:TransactionSummary>
<wfs:totalInserted>${report.inserted.length}</wfs:totalInserted>
<wfs:totalUpdated>${report.updated}</wfs:totalUpdated>
<wfs:totalReplaced>${report.replaced.length}</wfs:totalReplaced>
<wfs:totalDeleted>${report.deleted}</wfs:totalDeleted>
</wfs:TransactionSummary>
${results('InsertResults', report.inserted)}${results('ReplaceResults', report.replaced)}</wfs:TransactionResponse>
`;
}

function former(report: WriteReport): Markup {
  const head = attributes({
    'xmlns:wfs': ns.wfs,
    'xmlns:ogc': ns.ogc,
    'xmlns:xsi': ns.xsi,
    version: '1.1.0',
    'xsi:schemaLocation': `${ns.wfs} http://schemas.opengis.net/wfs/1.1.0/wfs.xsd`,
  });
  const results =
    report.inserted.length === 0
      ? null
      : xml`<wfs:InsertResults>\n${report.inserted.map(({ id, origin }) => xml`<wfs:Feature${attributes({ handle: origin.handle })}><ogc:FeatureId${attributes({ fid: id })}/></wfs:Feature>\n`)}</wfs:InsertResults>\n`;
  return xml`${xmlHeader}<wfs:TransactionResponse${head}>
<wfs:TransactionSummary>
<wfs:totalInserted>${report.inserted.length}</wfs:totalInserted>
<wfs:totalUpdated>${report.updated}</wfs:totalUpdated>
<wfs:totalDeleted>${report.deleted}</wfs:totalDeleted>
</wfs:TransactionSummary>
${results}</wfs:TransactionResponse>
`;
}

/** An InsertResult for each Insert, with the ids of its features. */
function first(report: WriteReport, handle: string | null): Markup {
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
  const results = [...inserts.values()].map(
    list =>
      xml`<wfs:InsertResult${attributes({ handle: list[0]?.origin.handle })}>${list.map(({ id }) => xml`<ogc:FeatureId${attributes({ fid: id })}/>`)}</wfs:InsertResult>\n`,
  );
  return xml`${xmlHeader}<wfs:WFS_TransactionResponse${head}>
${results}<wfs:TransactionResult${attributes({ handle })}><wfs:Status><wfs:SUCCESS/></wfs:Status></wfs:TransactionResult>
</wfs:WFS_TransactionResponse>
`;
}
