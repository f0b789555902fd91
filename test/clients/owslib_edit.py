"""Transactions posted as scripts do it, beside OWSLib: the capabilities it reads, the document it sends, the answer it gets."""
import base64

from owslib.util import Authentication, openURL
from owslib.wfs import WebFeatureService

from checks import KEY, LOGIN, ROOT, check, equal, section

WFS = {'1.1.0': 'http://www.opengis.net/wfs', '2.0.0': 'http://www.opengis.net/wfs/2.0'}


def post(document):
    token = base64.b64encode(('%s:%s' % (LOGIN, KEY)).encode()).decode()
    return openURL(ROOT + '/wfs', data=document, method='Post', headers={'Content-Type': 'text/xml', 'Authorization': 'Basic ' + token}).read().decode()


for version in ('1.1.0', '2.0.0'):
    with section('Transaction %s' % version):
        service = WebFeatureService(ROOT + '/wfs', version=version, auth=Authentication(username=LOGIN, password=KEY))
        operation = next((one for one in service.operations if one.name == 'Transaction'), None)
        check('Transaction is told of (%s)' % version, operation is not None)
        equal('it is posted (%s)' % version, [method['type'] for method in operation.methods], ['Post'])
        space = service.contents['antony:pistes'].id
        check('the type is there (%s)' % version, space == 'antony:pistes')
        gml = 'http://www.opengis.net/gml' + ('/3.2' if version == '2.0.0' else '')
        document = ('<Transaction xmlns="%s" service="WFS" version="%s"><Insert><a:pistes xmlns:a="%s/ns/antony" xmlns:gml="%s">'
                    '<a:code>O-%s</a:code><a:revetement>sable</a:revetement><a:largeur>2</a:largeur><a:geom><gml:LineString srsName="EPSG:4326">'
                    '<gml:posList>2.3 48.75 2.31 48.76</gml:posList></gml:LineString></a:geom></a:pistes></Insert></Transaction>'
                    ) % (WFS[version], version, ROOT, gml, version)
        answer = post(document)
        check('inserted (%s)' % version, 'totalInserted>1<' in answer and 'pistes.O-%s' % version in answer, answer)
        found = service.getfeature(typename='antony:pistes', featureid=['pistes.O-%s' % version]).read()
        found = found if isinstance(found, str) else found.decode()
        check('found again (%s)' % version, 'sable' in found, found)
