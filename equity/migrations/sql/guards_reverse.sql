DROP FUNCTION equity_take_room, equity_keep_agreement, equity_legal_move, equity_one_at_a_time,
    equity_count_ceilings_again, equity_keep_published, equity_balanced, equity_closed_together,
    equity_never_deleted CASCADE;
DROP FUNCTION equity_refuse, equity_ceiling, equity_group_closed, equity_group, equity_component,
    equity_figure CASCADE;
