select count(*) as n
from "data"."arbres" as t
where case when "t"."geom" && ST_MakeEnvelope($1::float8, $2::float8, $3::float8, $4::float8, 4326) then not ST_DWithin(ST_SetSRID("t"."geom", 4326)::geography, (select ST_SetSRID((select ST_Transform($5::geometry, 4326)), 4326)::geography), $6::float8) else "t"."geom" is not null end;
-- 1: 2.1803587270027447
-- 2: 48.7450392096623
-- 3: 2.2010314485990237
-- 4: 48.75869509499933
-- 5: 01030000206a080000010000000500000000000000008823410000000074215a4100000000d08f23410000000074215a4100000000d08f2341000000006e225a410000000000882341000000006e225a4100000000008823410000000074215a41
-- 6: 250

select set_config('geomig.p1', $1, true), set_config('geomig.p2', $2, true), set_config('geomig.p3', $3, true), set_config('geomig.p4', $4, true), set_config('geomig.p5', $5, true), set_config('geomig.p6', $6, true);
-- 1: 2.1803587270027447
-- 2: 48.7450392096623
-- 3: 2.2010314485990237
-- 4: 48.75869509499933
-- 5: 01030000206a080000010000000500000000000000008823410000000074215a4100000000d08f23410000000074215a4100000000d08f2341000000006e225a410000000000882341000000006e225a4100000000008823410000000074215a41
-- 6: 250
copy (select concat(',{"type":"Feature","id":"arbres.', s.k, '","geometry":null,"properties":{"nom":', coalesce(to_json("s"."c0")::text, 'null'), '}}')
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where case when "t"."geom" && ST_MakeEnvelope(current_setting('geomig.p1')::float8, current_setting('geomig.p2')::float8, current_setting('geomig.p3')::float8, current_setting('geomig.p4')::float8, 4326) then not ST_DWithin(ST_SetSRID("t"."geom", 4326)::geography, (select ST_SetSRID((select ST_Transform((select current_setting('geomig.p5')::geometry), 4326)), 4326)::geography), current_setting('geomig.p6')::float8) else "t"."geom" is not null end
order by "t"."fid") s) to stdout (format csv, quote E'\x01', escape E'\x01', delimiter E'\x02');
