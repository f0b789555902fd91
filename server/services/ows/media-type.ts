// Names of formats as clients write them.

/**
 * A media type for comparison: without case, spaces and quotes. A `+` that was not percent-encoded arrives as a space (QGIS sends
 * `application/gml+xml;%20version%3D3.2`): between the parts of a subtype it is put back.
 */
export const foldedMediaType = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^([a-z]+\/[a-z0-9.-]+) ([a-z])/, '$1+$2')
    .replace(/[\s"]/g, '');
