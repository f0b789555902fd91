select count(*) as n
from "data"."arbres" as t
where ST_Intersects("t"."geom", $1::geometry);
-- 1: 01030000206a080000010000000500000000000000008823410000000074215a4100000000d08f23410000000074215a4100000000d08f2341000000006e225a410000000000882341000000006e225a4100000000008823410000000074215a41

select set_config('geomig.p1', $1, true);
-- 1: 01030000206a080000010000000500000000000000008823410000000074215a4100000000d08f23410000000074215a4100000000d08f2341000000006e225a410000000000882341000000006e225a4100000000008823410000000074215a41
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where ST_Intersects("t"."geom", (select current_setting('geomig.p1')::geometry))
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
