with "area1" as materialized (select $1::geometry as shape) select count(*) as n
from "data"."arbres" as t
where ("t"."secret_c" = $2::text and ("t"."geom" && (select shape
from "area1") and (ST_ContainsProperly((select shape
from "area1"), "t"."geom") or (ST_Intersects("t"."geom", (select shape
from "area1")) and ST_Relate("t"."geom", (select shape
from "area1"), 'T********')))));
-- 1: 01030000206a080000010000000500000000000000008823410000000074215a4100000000d08f23410000000074215a4100000000d08f2341000000006e225a410000000000882341000000006e225a4100000000008823410000000074215a41
-- 2: non
