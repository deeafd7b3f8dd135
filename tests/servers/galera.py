"""A private Galera cluster of MariaDB servers for tests: each node as mariadb.Server starts one, and they talk to each other over loopback.

    with cluster(3) as nodes:
        nodes[0].database()
        nodes[1].url("test_1")
"""
import contextlib
import pathlib
import socket
import time

import mariadb

LIBRARY = "/usr/lib/galera/libgalera_smm.so"


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Node(mariadb.Server):
    """`ports`: for the group, for incremental and for whole transfers of the data."""

    def __init__(self, name, ports, members, first):
        group, incremental, whole = ports
        options = ["--wsrep-on=ON", f"--wsrep-provider={LIBRARY}", "--wsrep-cluster-name=orch", f"--wsrep-node-name={name}",
                   f"--wsrep-cluster-address=gcomm://{','.join(f'127.0.0.1:{port}' for port in members)}", f"--wsrep-node-address=127.0.0.1:{group}",
                   "--wsrep-sst-method=rsync", f"--wsrep-sst-receive-address=127.0.0.1:{whole}", "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2",
                   f"--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{group};ist.recv_addr=127.0.0.1:{incremental};gcache.size=16M"]
        super().__init__(*options, *(["--wsrep-new-cluster"] if first else []))

    def state(self):
        return self.run("", "SELECT VARIABLE_VALUE FROM information_schema.global_status WHERE VARIABLE_NAME = 'wsrep_local_state_comment'")

    def answers(self):
        try:
            return self.socket.exists() and self.state() == [["Synced"]]
        except RuntimeError:
            return False


@contextlib.contextmanager
def cluster(count):
    if not pathlib.Path(LIBRARY).exists():
        raise RuntimeError(f"there is no {LIBRARY}: apt install galera-4")
    ports = free_ports(3 * count)
    members = ports[:count]
    with contextlib.ExitStack() as stack:
        nodes = []
        for at in range(count):
            own = (members[at], ports[count + at], ports[2 * count + at])
            nodes.append(stack.enter_context(Node(f"node{at}", own, members, at == 0)))
        end = time.monotonic() + 60
        while nodes[0].run("", "SHOW STATUS LIKE 'wsrep_cluster_size'") != [["wsrep_cluster_size", str(count)]]:
            if time.monotonic() > end:
                raise RuntimeError("the nodes do not find each other")
            time.sleep(0.2)
        yield nodes
