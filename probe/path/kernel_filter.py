"""Pure. Which packets the kernel hands to a crafting socket: ICMP, ARP and DHCP answers, by a program of classic BPF.

Without it every packet of a speed test beside would wake a process that takes half a millisecond for each. Source:
linux/filter.h. Knows nothing of sockets.
"""

import struct

_INSTRUCTION = struct.Struct("=HBBI")
_LOAD_HALF, _LOAD_BYTE, _JUMP_EQUAL, _RETURN = 0x28, 0x30, 0x15, 0x06
_PROTOCOL = 0xFFFF_F000  # SKF_AD_OFF + SKF_AD_PROTOCOL: whatever the link, its word for what it carries
_NETWORK = 0xFFF0_0000  # SKF_NET_OFF: counted from the IP header
_ARP, _IPV4, _IPV6 = 0x0806, 0x0800, 0x86DD
_ICMP, _UDP, _ICMPV6 = 1, 17, 58
_DHCP_CLIENT = 68
_WHOLE = 0x4_0000


def program() -> bytes:
    """The instructions, eight bytes each."""
    accept, refuse = 13, 12
    steps = (
        (_LOAD_HALF, 0, 0, _PROTOCOL),
        (_JUMP_EQUAL, accept - 2, 0, _ARP),
        (_JUMP_EQUAL, 0, 3, _IPV6),
        (_LOAD_BYTE, 0, 0, _NETWORK + 6),
        (_JUMP_EQUAL, accept - 5, 0, _ICMPV6),
        (_RETURN, 0, 0, 0),
        (_JUMP_EQUAL, 0, refuse - 7, _IPV4),
        (_LOAD_BYTE, 0, 0, _NETWORK + 9),
        (_JUMP_EQUAL, accept - 9, 0, _ICMP),
        (_JUMP_EQUAL, 0, refuse - 10, _UDP),
        (_LOAD_HALF, 0, 0, _NETWORK + 22),  # the port, behind a header without options
        (_JUMP_EQUAL, accept - 12, 0, _DHCP_CLIENT),
        (_RETURN, 0, 0, 0),
        (_RETURN, 0, 0, _WHOLE),
    )
    return b"".join(_INSTRUCTION.pack(*step) for step in steps)
