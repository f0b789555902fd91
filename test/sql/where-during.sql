select count(*) as n
from "data"."arbres" as t
where ("t"."vu_c" >= $1::timestamptz and "t"."vu_c" < $2::timestamptz);
-- 1: 2025-01-01T00:00:00.000000Z
-- 2: 2026-01-01T00:00:00.000000Z

select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true);
-- 1: 2025-01-01T00:00:00.000000Z
-- 2: 2026-01-01T00:00:00.000000Z
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where ("t"."vu_c" >= current_setting('geomig.p1')::timestamptz and "t"."vu_c" < current_setting('geomig.p2')::timestamptz)
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
