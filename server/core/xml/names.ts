// The XML namespaces that the server reads and writes, by the prefix it uses for them.

export const ns = {
  xml: 'http://www.w3.org/XML/1998/namespace',
  xmlns: 'http://www.w3.org/2000/xmlns/',
  xs: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xlink: 'http://www.w3.org/1999/xlink',
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',

  /** WFS 1.0 and 1.1. */
  wfs: 'http://www.opengis.net/wfs',
  wfs20: 'http://www.opengis.net/wfs/2.0',
  /** Filter 1.0 and 1.1. */
  ogc: 'http://www.opengis.net/ogc',
  /** Filter Encoding 2.0. */
  fes: 'http://www.opengis.net/fes/2.0',
  /** GML 2.1.2 and 3.1.1. */
  gml: 'http://www.opengis.net/gml',
  gml32: 'http://www.opengis.net/gml/3.2',
  /** OWS Common 1.0: WFS 1.1 and CSW 2.0.2. */
  ows10: 'http://www.opengis.net/ows',
  ows11: 'http://www.opengis.net/ows/1.1',
  ows20: 'http://www.opengis.net/ows/2.0',
  wms: 'http://www.opengis.net/wms',
  wmts: 'http://www.opengis.net/wmts/1.0',
  wcs20: 'http://www.opengis.net/wcs/2.0',
  sld: 'http://www.opengis.net/sld',
  se: 'http://www.opengis.net/se',

  csw202: 'http://www.opengis.net/cat/csw/2.0.2',
  csw30: 'http://www.opengis.net/cat/csw/3.0',
  apiso: 'http://www.opengis.net/cat/csw/apiso/1.0',
  dc: 'http://purl.org/dc/elements/1.1/',
  dct: 'http://purl.org/dc/terms/',
  gmd: 'http://www.isotc211.org/2005/gmd',
  gco: 'http://www.isotc211.org/2005/gco',
  gmx: 'http://www.isotc211.org/2005/gmx',
  gmi: 'http://www.isotc211.org/2005/gmi',
  gts: 'http://www.isotc211.org/2005/gts',
  gss: 'http://www.isotc211.org/2005/gss',
  gsr: 'http://www.isotc211.org/2005/gsr',
  srv: 'http://www.isotc211.org/2005/srv',

  inspireCommon: 'http://inspire.ec.europa.eu/schemas/common/1.0',
  inspireVs: 'http://inspire.ec.europa.eu/schemas/inspire_vs/1.0',
  inspireDls: 'http://inspire.ec.europa.eu/schemas/inspire_dls/1.0',
  inspireDs: 'http://inspire.ec.europa.eu/schemas/inspire_ds/1.0',

  atom: 'http://www.w3.org/2005/Atom',
  georss: 'http://www.georss.org/georss',
  opensearch: 'http://a9.com/-/spec/opensearch/1.1/',
  kml: 'http://www.opengis.net/kml/2.2',
} as const;
