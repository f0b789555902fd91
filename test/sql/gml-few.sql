select concat('<wfs:member><antony:arbres gml:id="arbres.', s.k, '">', '<antony:nom>' || case when "s"."c0" ~ '[&<>\u0001-\u001F\uFFFE\uFFFF]' then replace(replace(replace(replace(replace(regexp_replace("s"."c0", '[\u0001-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]', '', 'g'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), chr(10), '&#10;'), chr(13), '&#13;') else "s"."c0" end || '</antony:nom>', '</antony:arbres></wfs:member>') as m
from (select "t"."fid" as k, "t"."nom_c" as "c0"
from "data"."arbres" as t
where "t"."fid" = $1::int8
order by "t"."fid") s;
-- 1: 7
