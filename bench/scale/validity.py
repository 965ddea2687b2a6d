"""What a test may be used for, as SQL conditions on the lake's columns: the table of `analysis.validity`, both halves.

Addresses are told by their beginning, which does for the made-up ones.
"""

_OURS = r"^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd]|fe[89ab]|::1)"
_OWN = f"regexp_matches(coalesce(server_address, ''), '{_OURS}')"
USABLE = f"""(
  failure IS NULL AND NOT coalesce(server_demonstration, false)
  AND coalesce(synchronised, true) AND coalesce(ended_synchronised, true)
  AND coalesce(path, '') NOT IN ('loopback', 'on_link') AND coalesce(link_type, '') <> 'loopback'
  AND NOT (path IS NULL AND {_OWN})
)"""
_LINK = """NOT coalesce({link} * 0.97529 < {promised} * 1.05 AND ({link} < {promised}
    OR coalesce(ip_rate_bps::DOUBLE, rate_bps * 1.06)
      * (1 + greatest(0.05, coalesce(uncertainty_bps, 0) / nullif(rate_bps, 0)::DOUBLE)) >= {link} * 0.97529), false)"""
CLEAN = f"""(
  path IS NOT NULL AND synchronised AND ended_synchronised
  AND link_type = 'ethernet' AND link_bps IS NOT NULL AND coalesce(full_duplex, true)
  AND {_LINK.format(link="link_bps", promised="{promised}")}
  AND coalesce(mtu_bytes, 1500) BETWEEN 1492 AND 1500
  AND coalesce(limited_by, '') NOT IN ('cpu', 'receiver_window', 'sender_buffer')
  AND cpu_share IS NOT NULL AND cpu_share <= 0.85
  AND greatest(coalesce(cpu_pressure_share, 0), coalesce(memory_pressure_share, 0)) <= 0.25
  AND (ceiling_bps IS NULL OR greatest(coalesce(rate_bps, 0), {{promised}}) <= 0.80 * ceiling_bps)
  AND bytes IS NOT NULL AND other_bytes IS NOT NULL AND other_bytes <= 0.05 * bytes
  AND coalesce(reverse_bytes, 0) <= 0.08 * bytes AND coalesce(household_bytes, 0) <= 0.05 * bytes
  AND NOT coalesce(draw_household_busy, false)
  AND coalesce(server_cpu_share, 0) < 0.95 AND coalesce(server_cpu_pressure_share, 0) <= 0.25
  AND CASE WHEN server_other_bytes IS NULL OR bytes = 0 OR coalesce(duration_s, 0) = 0
      THEN coalesce(server_tests_count, 1) <= 1
      ELSE server_other_bytes <= 0.05 * bytes
        OR (server_link_bps IS NOT NULL AND (bytes + server_other_bytes) * 8 / duration_s <= 0.80 * server_link_bps) END
  AND {_LINK.format(link="server_link_bps", promised="{promised}")}
)"""
