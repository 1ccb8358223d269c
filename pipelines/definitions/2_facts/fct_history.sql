-- figures that were published or typed where no rows exist
-- grain: first_month, last_month, kpi, insutype, stated_place
select
    cast(s.period_from as date) as first_month,
    cast(s.period_to as date) as last_month,
    cast(s.kpi_id as varchar) as kpi,
    cast(i.scheme as varchar) as scheme,
    cast(s.insutype as varchar) as insutype,
    cast(s.place as varchar) as stated_place,
    cast(l.place as varchar) as place,
    cast(s.value as decimal(18, 4)) as value,
    cast(s.note as varchar) as note
from stg_kpi_history s
left join map_insutype i on i.code = s.insutype
left join map_pay_loc l on l.code = s.place
