// CSV files (RFC 4180). Heading and rows are printed by the database: id, properties, geometry as WKT; what is left to say is how the file is called.

/** Content-Disposition of a file to be saved (RFC 6266): a plain name, and the real one in UTF-8. */
export function csvDisposition(name: string): Readonly<Record<string, string>> {
  const plain = name.replace(/[^\w.-]/g, '_');
  return { 'Content-Disposition': `attachment; filename="${plain}.csv"; filename*=UTF-8''${encodeURIComponent(name)}.csv` };
}
