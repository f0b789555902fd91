"""What the client scripts share: their task (JSON on standard input), and one line of JSON on standard output per check."""
import contextlib
import json
import sys

TASK = json.load(sys.stdin)
# how the account is told: 'anonymous', 'basic' (login and key), 'path' (/k/{key}/), 'header' (X-API-Key)
WAY = TASK['way']
LOGIN = TASK['login'] if WAY == 'basic' else None
KEY = TASK['key'] if WAY != 'anonymous' else None
ROOT = TASK['url'] + ('/k/' + KEY if WAY == 'path' else '')
# the layers of the account by WFS and by WMS, and the identifiers of the records it finds
TYPES, LAYERS, RECORDS = TASK['types'], TASK['layers'], TASK['records']
FURNITURE, LANES = TASK['furniture'], TASK['lanes']
# an account that sees ECL of Nanterre
INSIDER = TASK['insider']


def check(name, ok, detail=''):
    print(json.dumps({'name': name, 'ok': bool(ok), 'detail': str(detail)[:600]}), flush=True)


def equal(name, seen, wanted):
    check(name, seen == wanted, '' if seen == wanted else 'seen %r, expected %r' % (seen, wanted))


@contextlib.contextmanager
def section(name):
    """A part of a script: an exception in it is a failed check of that name, and the other parts still run."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever the client throws is what a user would see
        check(name, False, '%s: %s' % (type(error).__name__, error))


def refused(name, work, words):
    """The work must fail, and the client must show one of the words."""
    try:
        result = work()
    except Exception as error:  # noqa: BLE001
        check(name, any(word in str(error) for word in words), '%s: %s' % (type(error).__name__, error))
    else:
        check(name, False, 'it went through: %r' % (result,))


def in_lambert(x, y):
    """Where coordinates of the test world may lie in EPSG:2154, east first."""
    return 635000 < x < 655000 and 6845000 < y < 6875000


def in_degrees(lon, lat):
    return 2.1 < lon < 2.4 and 48.7 < lat < 49.0
