-- the roster: designated hospitals and pharmacies, and the out-of-county hospitals that were paid
-- grain: institution
select
    cast(s.fixmedins_code as varchar) as institution,
    cast(s.fixmedins_name as varchar) as name,
    cast(t.type as varchar) as type,
    cast(s.category as varchar) as kind,
    cast(coalesce(h.level, 'unrated') as varchar) as level,
    cast(s.medins_trait as varchar) as nature,
    cast(s.town as varchar) as town,
    cast(case when s.in_county = '1' then 'in_county' else 'out_of_county' end as varchar) as place,
    cast(s.pilot as varchar) as pilot,
    cast(s.payment_mode as varchar) as payment_mode,
    cast(s.agreement_no as varchar) as agreement_no,
    cast(s.agreement_from as date) as agreement_from,
    cast(s.agreement_to as date) as agreement_to,
    cast(coalesce(s.agreement_status, case when s.agreement_from is null then 'unsigned' else 'normal' end) as varchar) as agreement_status,
    cast(s.beds as bigint) as beds
from stg_institutions s
left join map_fixmedins_type t on t.code = s.fixmedins_type
left join map_hosp_lv h on h.code = s.hosp_lv
