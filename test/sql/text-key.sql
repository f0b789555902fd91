copy (select concat(',{"type":"Feature","id":"arbres.', case when s.k ~  E'[^0-9A-Za-z_.\\u00B7\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u203F\\u2040\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD-]|_(?=x[0-9A-Fa-f]{4}_)' then (select string_agg(case when c !~  E'[^0-9A-Za-z_.\\u00B7\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u203F\\u2040\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD-]' then c when ascii(c) > 65535 then '_x' || upper(lpad(to_hex(55296 + ((ascii(c) - 65536) >> 10)), 4, '0')) || '_' || '_x' || upper(lpad(to_hex(56320 + ((ascii(c) - 65536) & 1023)), 4, '0')) || '_' else '_x' || upper(lpad(to_hex(ascii(c)), 4, '0')) || '_' end, ''
order by i)
from regexp_split_to_table(regexp_replace(s.k, '_(?=x[0-9A-Fa-f]{4}_)', '_x005F_', 'g'), '') with ordinality as letters(c, i)) else s.k end, '","geometry":null,"properties":{}}')
from (select "t"."code" as k
from "data"."arbres" as t
where true
order by "t"."code") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
